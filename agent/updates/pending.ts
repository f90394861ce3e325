// What waits to be upgraded, out of what `apt-get -s dist-upgrade` prints with LC_ALL=C. Pure. Real lines:
//   The following packages have been kept back:
//     docker-ce libfoo1
//   Inst libssl3 [3.0.20-1~deb12u2] (3.0.22-1~deb12u2 Debian-Security:12/oldstable-security [amd64])
//   Inst libgcrypt20 [1.10.1-3] (1.10.1-3+deb12u1 Debian:12.15/oldstable, Debian-Security:12/oldstable-security [amd64]) []
//   Inst linux-image-6.1.0-57-amd64 (6.1.200-1 Debian-Security:12/oldstable-security [amd64])
import { PACKAGE_NAME_LENGTH_MAX, PENDING_NAMES_MAX, VERSION_LENGTH_MAX } from '../../shared/protocol/limits.ts'
import type { PendingUpdates } from '../../shared/sections/updates.ts'
import { shownText } from './named-runs.ts'

/** What is new comes with something that is upgraded, which is the one that counts. */
const UPGRADE = /^Inst (\S+) \[([^\]]+)\] \((\S+) (.*)$/
/** Where it comes from, up to the architecture. */
const SOURCES = /^(.*) \[[^\]]*\]\)/
const KEPT_BACK = /^The following packages have been kept back:$/
const PHASED = /^The following upgrades have been deferred due to phasing:$/
/** ORIGIN:VERSION/ARCHIVE. The archive tells, also of Ubuntu's extended maintenance; the label where Debian renamed it. */
const SECURITY = /^Debian-Security:|-security$/

type Named = PendingUpdates['packages'][number]

/** Null for a text that apt did not print to its end: it says nothing about what waits. */
export function parsePending(text: string): Omit<PendingUpdates, 'listsAt'> | null {
  const lines = text.split('\n')
  if (!lines.some((line) => /^\d+ upgraded, \d+ newly installed/.test(line))) return null
  const upgrades = lines.flatMap((line) => upgradeOf(line) ?? [])
  const security = upgrades.filter(({ isSecurity }) => isSecurity === true)
  return {
    total: upgrades.length,
    security: security.length,
    held: namesUnder(KEPT_BACK, lines).length,
    phased: namesUnder(PHASED, lines).length,
    packages: [...security.sort(byName), ...upgrades.filter((one) => !security.includes(one)).sort(byName)].slice(
      0,
      PENDING_NAMES_MAX,
    ),
  }
}

function upgradeOf(line: string): Named | null {
  const [, name, from, to, rest = ''] = UPGRADE.exec(line) ?? []
  if (name === undefined || from === undefined || to === undefined) return null
  const sources = (SOURCES.exec(rest)?.[1] ?? rest).split(', ')
  return {
    package: shownText(name, PACKAGE_NAME_LENGTH_MAX),
    from: shownText(from, VERSION_LENGTH_MAX),
    to: shownText(to, VERSION_LENGTH_MAX),
    ...(sources.some((source) => SECURITY.test(source)) ? { isSecurity: true } : {}),
  }
}

/** The indented lines that follow a heading. */
function namesUnder(heading: RegExp, lines: readonly string[]): string[] {
  const at = lines.findIndex((line) => heading.test(line))
  if (at === -1) return []
  const rest = lines.slice(at + 1)
  const end = rest.findIndex((line) => !line.startsWith('  '))
  return rest.slice(0, end === -1 ? undefined : end).flatMap((line) => line.trim().split(/\s+/))
}

function byName(a: Named, b: Named): number {
  return a.package < b.package ? -1 : 1
}
