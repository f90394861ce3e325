// What dpkg changed, out of /var/log/dpkg.log: the truth about what was installed. Who did it, apt's history says. Pure.
// Real lines; all others tell of steps on the way:
//   2026-11-22 04:46:21 upgrade libssl3:amd64 3.0.20-1~deb12u2 3.0.22-1~deb12u2
//   2026-11-22 04:45:28 install nginx-light:amd64 <none> 1.22.1-9+deb12u11
//   2026-11-22 05:01:13 remove libssl1.1:amd64 1.1.1w-0+deb11u2 <none>
import { wallMsOf } from './wall-time.ts'

const LINE = /^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) (install|upgrade|remove|purge|disappear) (\S+) (\S+) (\S+)$/
const NONE = '<none>'

export type DpkgChange = {
  /** As the log has it; see wall-time.ts. */
  wallMs: number
  action: 'install' | 'upgrade' | 'remove' | 'purge'
  /** With its architecture. */
  package: string
  from: string | null
  to: string | null
}

/** Null for any other line. */
export function parseDpkgChange(line: string): DpkgChange | null {
  const [, time = '', verb = '', name = '', before = NONE, after = NONE] = LINE.exec(line) ?? []
  const wallMs = wallMsOf(time)
  if (wallMs === null) return null
  const [from, to] = [before, after].map((version) => (version === NONE ? null : version)) as [string?, string?]
  switch (verb) {
    // What it names as the version before is that of settings left behind.
    case 'install':
      return to === null ? null : { wallMs, action: 'install', package: name, from: null, to: to ?? null }
    case 'upgrade':
      return { wallMs, action: 'upgrade', package: name, from: from ?? null, to: to ?? null }
    default:
      return { wallMs, action: verb === 'purge' ? 'purge' : 'remove', package: name, from: from ?? null, to: null }
  }
}
