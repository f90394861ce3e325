// POST /v1/report: the whole truth of a host at one time, by sections; what did not change travels as a digest.
// The collector compiles these schemas; the agent imports the types alone, so no schema library gets into its bundle.
import Type from 'typebox'
import { bootSection } from '../sections/boot.ts'
import { componentsSection } from '../sections/components.ts'
import { exposureSection } from '../sections/exposure.ts'
import { hostSection } from '../sections/host.ts'
import { kernelSection } from '../sections/kernel.ts'
import { listenersSection } from '../sections/listeners.ts'
import { packagesSection } from '../sections/packages.ts'
import { processesSection } from '../sections/processes.ts'
import { sentinelSection } from '../sections/sentinel.ts'
import { orNull, shortText } from '../sections/text.ts'
import { updatesSection } from '../sections/updates.ts'
import { credentialHash } from './credential-hash.ts'
import { ASK_ID_LENGTH_MAX, REASON_ID_LENGTH_MAX } from './limits.ts'

const digest = Type.String({ pattern: '^[0-9A-Za-z_-]{22}$', examples: ['JQ2mZk4Yb1nWc8Xr0sTuVw'] })
const milliseconds = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })

const sectionReport = <T extends Type.TSchema>(value: T) =>
  Type.Object({
    digest,
    outcome: Type.Union([Type.Literal('observed'), Type.Literal('absent'), Type.Literal('failed')]),
    reason: orNull(shortText),
    readAgoMs: milliseconds,
    value: Type.Optional(orNull(value)),
  })

export const reportSections = Type.Object({
  host: Type.Optional(sectionReport(hostSection)),
  boot: Type.Optional(sectionReport(bootSection)),
  sentinel: Type.Optional(sectionReport(sentinelSection)),
  kernel: Type.Optional(sectionReport(kernelSection)),
  listeners: Type.Optional(sectionReport(listenersSection)),
  packages: Type.Optional(sectionReport(packagesSection)),
  exposure: Type.Optional(sectionReport(exposureSection)),
  processes: Type.Optional(sectionReport(processesSection)),
  updates: Type.Optional(sectionReport(updatesSection)),
  components: Type.Optional(sectionReport(componentsSection)),
})

export const report = Type.Object({
  proto: Type.Integer({ minimum: 1 }),
  /** 128 random bits per process start, hex. Two live copies of one credential show as two of them. */
  instance: Type.String({ pattern: '^[0-9a-f]{32}$', examples: ['9f2c4e7a1b3d5f60718293a4b5c6d7e8'] }),
  /** max(previous + 1, uptime in ms): rises within a boot without stored state, whatever the wall clock does. */
  seq: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
  uptimeMs: milliseconds,
  root: digest,
  sentAt: Type.Optional(Type.String({ maxLength: 40 })),
  boot: Type.Optional(bootSection),
  reason: Type.Optional(shortText),
  /** Which reason it is: told again because the answer got lost, it is still the same. */
  reasonId: Type.Optional(Type.String({ maxLength: REASON_ID_LENGTH_MAX })),
  /** Id of the `ask` that this report answers: everything in it was read after that was told. */
  answers: Type.Optional(Type.String({ maxLength: ASK_ID_LENGTH_MAX })),
  /** Nothing more will come for now: the machine goes down, or the agent was taken off it and the server is to be removed. */
  goodbye: Type.Optional(Type.Union([Type.Literal('restarting'), Type.Literal('uninstalled')])),
  /** Hash of a secret the server made and kept: from its first use on it is the only one that counts. */
  rotate: Type.Optional(Type.Object({ credentialHash })),
  sections: Type.Optional(reportSections),
})
export type Report = Type.Static<typeof report>
export type ReportSections = Type.Static<typeof reportSections>

export const reportReply = Type.Object({
  seq: Type.Integer(),
  /** Changes when the collector's store was replaced or restored: send everything. */
  epoch: Type.String(),
  /** Sections the collector wants whole. */
  want: Type.Array(Type.String()),
  /** The next heartbeat is due after this long at the latest; after an answer that was held, it is due at once. */
  nextInMs: Type.Integer(),
  /** Somebody waits: look afresh, with `scan` at what only the one-shot scans see, too, and report with `answers`. */
  ask: Type.Optional(Type.Object({ id: Type.String({ maxLength: ASK_ID_LENGTH_MAX }), scan: Type.Boolean() })),
})
export type ReportReply = Type.Static<typeof reportReply>
