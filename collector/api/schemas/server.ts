// The server document, in its short form of lists and its whole one.
import Type from 'typebox'
import { fix, packageRun, pending, unattendedUpgrades, updatesMissing, whyMissing } from './updates.ts'
import {
  closed,
  count,
  exposure,
  lifecycle,
  notYet,
  oneOf,
  orNull,
  promotionReason,
  reporting,
  state,
  time,
} from './words.ts'

export const serverParameters = Type.Object({ id: Type.String() })

export const serverRemoved = closed({ id: Type.String(), lifecycle: Type.Literal('removed') })

const port = {
  protocol: oneOf(['tcp', 'udp']),
  family: Type.Union([Type.Literal(4), Type.Literal(6)]),
  port: Type.Integer(),
  unit: orNull(Type.String({ examples: ['nginx.service'] })),
  process: notYet,
  verdict: exposure,
}
const openPort = closed(port)
const listener = closed({
  ...port,
  address: Type.String(),
  container: orNull(Type.String()),
  via: orNull(oneOf(['dnat', 'redirect'])),
  reason: Type.String({ examples: ['policy-drop'] }),
  rule: orNull(Type.String()),
  share: orNull(Type.Number()),
  declared: orNull(
    closed({
      by: Type.String({ examples: ['network.publicAddresses'] }),
      judged: exposure,
      why: Type.String(),
      expires: orNull(Type.String({ examples: ['2027-06-30'] })),
      isExpired: Type.Boolean(),
    }),
  ),
})

export const snooze = closed({
  until: time,
  reason: Type.String({ examples: ['restarted with the deploy on Friday'] }),
  by: Type.String({ examples: ['Anna'] }),
  at: time,
  covers: Type.Array(promotionReason),
})

export const portDeclaration = closed({
  id: Type.String({ examples: ['s2b6kq7x3yzf4m5n6o7p2q3r4s5t.tcp-443'] }),
  protocol: port.protocol,
  family: orNull(port.family),
  port: port.port,
  verdict: oneOf(['exposed', 'filtered']),
  reason: Type.String({ examples: ['a balancer passes it on'] }),
  by: Type.String({ examples: ['Anna'] }),
  at: time,
  until: time,
  /** Does anything listen there? */
  isListening: Type.Boolean(),
})

const outdatedProcess = closed({
  pid: Type.Integer(),
  unit: orNull(Type.String({ examples: ['nginx.service'] })),
  container: orNull(Type.String()),
  command: Type.String({ examples: ['nginx'] }),
  user: orNull(Type.String({ examples: ['www-data'] })),
  packages: Type.Array(Type.String({ examples: ['libssl3'] })),
  files: Type.Array(Type.String({ examples: ['/usr/lib/x86_64-linux-gnu/libssl.so.3'] })),
  ports: orNull(
    Type.Array(closed({ protocol: port.protocol, family: port.family, port: port.port, verdict: port.verdict })),
  ),
  remedy: oneOf(['restart', 'reexec', 'relogin', 'container', 'reboot', 'never-alone']),
  isLocal: Type.Boolean(),
})

const component = closed({
  name: Type.String({ examples: ['ruby'] }),
  version: orNull(Type.String({ examples: ['3.2.2'] })),
  source: oneOf(['package', 'language-manager', 'unknown']),
  path: orNull(Type.String({ examples: ['/opt/rubies/ruby-3.2.2'] })),
})

const openService = closed({
  unit: Type.String({ examples: ['nginx.service'] }),
  packages: Type.Array(Type.String({ examples: ['libssl3'] })),
  packagesMore: Type.Integer(),
  remedy: outdatedProcess.properties.remedy,
  verdict: oneOf(['exposed', 'unknown']),
  ports: Type.Array(closed({ protocol: port.protocol, port: port.port })),
  since: time,
})

const itemProperties = {
  id: Type.String({ examples: ['s2b6kq7x3yzf4m5n6o7p2q3r4s5t'] }),
  name: Type.String({ examples: ['web-03.example.net'] }),
  application: orNull(Type.String({ examples: ['shop'] })),
  environment: orNull(Type.String({ examples: ['prod'] })),
  tags: Type.Record(Type.String(), Type.String(), { examples: [{ rack: 'b2' }] }),
  lifecycle,
  state,
  lastKnown: orNull(closed({ state, at: time })),
  reporting,
  exposure,
  promoted: Type.Boolean(),
  reasons: Type.Array(promotionReason),
  snoozed: orNull(snooze),
  headline: Type.String({ examples: ['Restart required for 9 d 4 h (libssl3).'] }),
  since: time,
  sinceQuality: orNull(oneOf(['exact', 'observed', 'upper-bound'])),
  staleAt: time,
  packages: orNull(Type.Array(Type.String({ examples: ['libssl3'] }))),
  openPorts: orNull(Type.Array(openPort)),
  openPortsMore: orNull(Type.Integer()),
  outdated: orNull(
    closed({
      processes: Type.Integer(),
      units: Type.Array(Type.String({ examples: ['nginx.service'] })),
      unitsMore: Type.Integer(),
      openServices: Type.Array(openService),
      openServicesMore: Type.Integer(),
    }),
  ),
  os: orNull(Type.String({ examples: ['Debian GNU/Linux 12 (bookworm)'] })),
  kernel: orNull(Type.String({ examples: ['6.1.0-41-amd64'] })),
  agentVersion: orNull(Type.String({ examples: ['0.1.0'] })),
  bootId: orNull(Type.String()),
  bootedAt: time,
  lastReportAt: time,
  revision: Type.Integer(),
}

const signal = closed({
  name: Type.String(),
  value: Type.Unknown(),
  source: Type.String(),
  readAt: time,
  role: oneOf(['decides', 'informs']),
  says: oneOf(['required', 'not-required', 'unknown']),
  why: Type.String(),
})

const section = closed({
  outcome: oneOf(['observed', 'absent', 'failed']),
  reason: orNull(Type.String()),
  readAt: time,
})

export const serverItem = closed(itemProperties)

export const serverDocument = closed({
  ...itemProperties,
  signals: Type.Array(signal),
  listeners: orNull(Type.Array(listener)),
  portDeclarations: Type.Array(portDeclaration),
  firewall: orNull(
    closed({
      tools: orNull(Type.Array(Type.String({ examples: ['nft'] }))),
      readable: Type.Boolean(),
      readAt: time,
    }),
  ),
  outdatedProcesses: orNull(Type.Array(outdatedProcess)),
  pending: orNull(pending),
  components: orNull(Type.Array(component)),
  componentsMissing: whyMissing,
  packagesCount: orNull(Type.Integer()),
  unattendedUpgrades: orNull(unattendedUpgrades),
  packageRuns: orNull(Type.Array(packageRun)),
  updatesMissing,
  fixes: orNull(Type.Array(fix)),
  addresses: orNull(Type.Array(Type.String())),
  virtualization: orNull(Type.String()),
  sections: closed({
    host: Type.Optional(section),
    boot: Type.Optional(section),
    sentinel: Type.Optional(section),
    kernel: Type.Optional(section),
    listeners: Type.Optional(section),
    packages: Type.Optional(section),
    exposure: Type.Optional(section),
    processes: Type.Optional(section),
    updates: Type.Optional(section),
    components: Type.Optional(section),
  }),
})

const facet = closed({
  values: Type.Array(closed({ value: Type.String(), count })),
  more: count,
})

export const serverList = closed({
  items: Type.Array(serverItem),
  nextCursor: orNull(Type.String()),
  total: Type.Integer(),
  /** Only when asked for. */
  facets: Type.Optional(
    closed({
      state: facet,
      reporting: facet,
      exposure: facet,
      reason: facet,
      app: facet,
      env: facet,
      os: facet,
      tag: facet,
    }),
  ),
})
