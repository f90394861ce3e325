// Section `updates`: which runs changed packages, what waits to be upgraded, and whether the host upgrades itself. Each part
// is looked at for itself: null where it could not be read, with the reason beside it.
import Type from 'typebox'
import {
  FIX_CVES_MAX,
  FIXES_MAX,
  PACKAGE_NAME_LENGTH_MAX,
  PENDING_NAMES_MAX,
  RUN_CHANGES_MAX,
  RUN_COMMAND_LENGTH_MAX,
  RUNS_MAX,
  VERSION_LENGTH_MAX,
} from '../protocol/limits.ts'
import { orNull, shortText } from './text.ts'

const count = Type.Integer({ minimum: 0, maximum: 1_000_000 })
const uptime = Type.Integer({ minimum: -1e13, maximum: 1e13 })
const name = Type.String({ minLength: 1, maxLength: PACKAGE_NAME_LENGTH_MAX, examples: ['libssl3:amd64'] })
const version = Type.String({ minLength: 1, maxLength: VERSION_LENGTH_MAX, examples: ['3.0.17-1~deb12u3'] })

/**
 * A moment that a log or a file of the host tells of. `uptimeMs`: where it lies in this boot. `hostTime`: as the host's
 * clock and time zone had it, RFC 3339; null where its time zone is not known.
 */
export const loggedMoment = Type.Object({
  uptimeMs: orNull(uptime),
  hostTime: orNull(Type.String({ maxLength: 40, examples: ['2026-11-22T04:46:16.000Z'] })),
})
export type LoggedMoment = Type.Static<typeof loggedMoment>

/**
 * Who changed packages. `unattended`: the scheduled unattended-upgrades. `user`: with sudo or pkexec, by name. `root`: apt
 * as root, which may be a program. `desktop`: aptdaemon or PackageKit. `program`: by apt's library without a command line,
 * as release upgraders do. `dpkg`: without apt. `unknown`: there is no history of apt's to be read.
 */
export const actorKind = Type.Union([
  Type.Literal('unattended'),
  Type.Literal('user'),
  Type.Literal('root'),
  Type.Literal('desktop'),
  Type.Literal('program'),
  Type.Literal('dpkg'),
  Type.Literal('unknown'),
])
export type ActorKind = Type.Static<typeof actorKind>

export const packageChange = Type.Object({
  /** With its architecture, as dpkg's log names it. */
  package: name,
  /** Null: was not installed, or is no longer. */
  from: orNull(version),
  to: orNull(version),
  action: Type.Union([
    Type.Literal('upgrade'),
    Type.Literal('downgrade'),
    Type.Literal('install'),
    Type.Literal('reinstall'),
    Type.Literal('remove'),
    Type.Literal('purge'),
  ]),
})
export type LoggedChange = Type.Static<typeof packageChange>

export const packageRun = Type.Object({
  /** When it began. */
  at: loggedMoment,
  by: Type.Object({
    kind: actorKind,
    /** Name of the user, or of the role a desktop's daemon acted in; null where none is told. */
    user: orNull(Type.String({ minLength: 1, maxLength: 64, examples: ['anna'] })),
  }),
  command: orNull(Type.String({ minLength: 1, maxLength: RUN_COMMAND_LENGTH_MAX, examples: ['apt-get upgrade'] })),
  /** What apt says went wrong. */
  error: orNull(shortText),
  /** It never came to its end. */
  isInterrupted: Type.Boolean(),
  changes: Type.Array(packageChange, { maxItems: RUN_CHANGES_MAX }),
  /** How many there are besides those named. */
  more: count,
})
export type PackageRun = Type.Static<typeof packageRun>

export const pendingUpdates = Type.Object({
  /** Packages that would be upgraded, and those of them that mend security. */
  total: count,
  security: count,
  /** Kept back: on hold, or in the way of each other. */
  held: count,
  /** Deferred: offered to a part of all hosts only, so far. */
  phased: count,
  /** Those that mend security first, then by name; as many as are named. */
  packages: Type.Array(
    Type.Object({ package: name, from: version, to: version, isSecurity: Type.Optional(Type.Literal(true)) }),
    { maxItems: PENDING_NAMES_MAX },
  ),
  /** When apt last learned what there is; null: nothing tells. */
  listsAt: orNull(loggedMoment),
})
export type PendingUpdates = Type.Static<typeof pendingUpdates>

/** What one upgrade fixed, as the changelog on the host says. */
export const packageFix = Type.Object({
  /** As in `runs`; of the kernel the image to come, without an architecture, and what runs as the version before. */
  package: name,
  from: version,
  to: version,
  /** The newest first: as many as are named. */
  cves: Type.Array(Type.String({ pattern: '^CVE-\\d{4}-\\d{4,7}$', examples: ['CVE-2026-84782'] }), {
    maxItems: FIX_CVES_MAX,
  }),
  /** How many there are besides those named. */
  more: count,
  /** Why there may be more still: the changelog is cut short, or missing. Null: it was read whole. */
  missing: orNull(shortText),
  /** There only where it was installed in this boot: what ran before may run the old code still. */
  isInThisBoot: Type.Optional(Type.Literal(true)),
})
export type PackageFix = Type.Static<typeof packageFix>

/**
 * `stalled`: no run succeeded for two days, or apt's lists are older. `failing`: the last run failed, or left packages half
 * installed. `blocked`: it is told to keep away from what mends security. `unknown`: that could not be found out.
 */
export const updatesHealth = Type.Union([
  Type.Literal('ok'),
  Type.Literal('disabled'),
  Type.Literal('stalled'),
  Type.Literal('failing'),
  Type.Literal('blocked'),
  Type.Literal('unknown'),
])
export type UpdatesHealth = Type.Static<typeof updatesHealth>

export const unattendedUpgrades = Type.Object({
  enabled: Type.Boolean(),
  health: updatesHealth,
  /** Why it is not `ok`; holds no age, which would change by itself. */
  why: orNull(shortText),
  /** The last scheduled run that succeeded. */
  lastRunAt: orNull(loggedMoment),
  /** It restarts the host by itself when packages ask for that. */
  automaticReboot: Type.Boolean(),
  /** "now" or a time of day, as configured; null where it does not restart. */
  automaticRebootTime: orNull(Type.String({ minLength: 1, maxLength: 32, examples: ['02:00'] })),
})
export type UnattendedUpgrades = Type.Static<typeof unattendedUpgrades>

export const updatesSection = Type.Object({
  /** Newest first. */
  runs: orNull(Type.Array(packageRun, { maxItems: RUNS_MAX })),
  pending: orNull(pendingUpdates),
  unattendedUpgrades: orNull(unattendedUpgrades),
  /** The kernel first, then the newest upgrades. There only where the agent looks for them. */
  fixes: Type.Optional(orNull(Type.Array(packageFix, { maxItems: FIXES_MAX }))),
  /** Why a part above is null. */
  missing: Type.Object({
    runs: Type.Optional(shortText),
    pending: Type.Optional(shortText),
    unattendedUpgrades: Type.Optional(shortText),
    fixes: Type.Optional(shortText),
  }),
})
export type UpdatesSection = Type.Static<typeof updatesSection>
