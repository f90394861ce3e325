// What the server document says of its packages over time: what changed and fixed, what waits, whether it upgrades itself.
import Type from 'typebox'
import { closed, count, oneOf, orNull, time } from './words.ts'

const version = Type.String({ examples: ['3.0.17-1~deb12u3'] })
const packageName = Type.String({ examples: ['libssl3:amd64'] })
const cve = Type.String({ examples: ['CVE-2026-84782'] })
export const fix = closed({
  package: packageName,
  from: version,
  to: version,
  cves: Type.Array(cve),
  cvesMore: count,
  complete: Type.Boolean({ description: 'false: the changelog is missing or cut short, and there may be more' }),
  why: orNull(Type.String({ examples: ['it has no changelog on this host'] })),
  awaitsRestart: Type.Boolean({ description: 'the old code may still run' }),
  knownExploited: Type.Array(cve),
})
export const whyMissing = orNull(Type.String({ examples: ['no scan of updates has answered yet'] }))
export const pending = closed({
  security: count,
  total: count,
  /** Kept back, and deferred by phasing. */
  held: count,
  phased: count,
  /** Seconds since apt last learned what there is. */
  listsAge: orNull(count),
  listsAt: time,
  /** At most 200, those that mend security first. */
  packages: Type.Array(closed({ package: packageName, from: version, to: version, security: Type.Boolean() })),
})
export const unattendedUpgrades = closed({
  enabled: Type.Boolean(),
  healthy: orNull(Type.Boolean()),
  health: oneOf(['ok', 'disabled', 'stalled', 'failing', 'blocked', 'unknown']),
  lastRunAt: time,
  why: orNull(Type.String({ examples: ['no scheduled run has succeeded for more than 48 hours'] })),
  automaticReboot: Type.Boolean(),
  automaticRebootTime: orNull(Type.String({ examples: ['02:00'] })),
})
export const packageRun = closed({
  at: time,
  by: oneOf(['unattended', 'user', 'root', 'desktop', 'program', 'dpkg', 'unknown']),
  user: orNull(Type.String({ examples: ['anna'] })),
  command: orNull(Type.String({ examples: ['apt-get upgrade'] })),
  error: orNull(Type.String()),
  interrupted: Type.Boolean(),
  changes: Type.Array(
    closed({
      package: packageName,
      from: orNull(version),
      to: orNull(version),
      action: oneOf(['upgrade', 'downgrade', 'install', 'reinstall', 'remove', 'purge']),
    }),
  ),
  /** How many there are besides those named. */
  more: count,
})

/** Why a part is null. */
export const updatesMissing = closed({
  pending: whyMissing,
  unattendedUpgrades: whyMissing,
  packageRuns: whyMissing,
  fixes: whyMissing,
})
