// Who changed packages, out of /var/log/apt/history.log. Pure. Real entries, separated by blank lines:
//   Start-Date: 2026-11-22  04:46:16
//   Commandline: apt-get dist-upgrade -y
//   Requested-By: anna (1000)
//   Upgrade: libssl3:amd64 (3.0.20-1~deb12u2, 3.0.22-1~deb12u2), apt:amd64 (2.6.1, 2.6.2)
//   End-Date: 2026-11-22  04:46:37
// An entry alone proves nothing: `unattended-upgrade --dry-run` writes the same ones for what it only thought of.
import { wallMsOf } from './wall-time.ts'

export type HistoryEntry = {
  startMs: number
  /** Null: it never came to its end. */
  endMs: number | null
  command: string | null
  /** "anna (1000)" is anna. */
  requestedBy: string | null
  error: string | null
  /** `name version`, without the architecture, which is apt's own for packages of all: what it says it did. */
  changes: Set<string>
}

const CHANGES = new Set(['Install', 'Reinstall', 'Upgrade', 'Downgrade', 'Remove', 'Purge', 'Disappeared'])

/** Takes lines one by one, and keeps the newest entries. */
export class AptHistory {
  readonly #entriesMax: number
  readonly #entries: HistoryEntry[] = []
  #open: HistoryEntry | null = null

  constructor(entriesMax: number) {
    this.#entriesMax = entriesMax
  }

  /** Oldest first. */
  get entries(): readonly HistoryEntry[] {
    return this.#entries
  }

  take(line: string): void {
    const colon = line.indexOf(': ')
    const key = line.slice(0, Math.max(0, colon))
    const value = line.slice(colon + 2).trim()
    if (key === 'Start-Date') this.#begin(wallMsOf(value))
    else if (this.#open !== null) takeField(this.#open, key, value)
  }

  #begin(startMs: number | null): void {
    this.#open =
      startMs === null
        ? null
        : { startMs, endMs: null, command: null, requestedBy: null, error: null, changes: new Set() }
    if (this.#open === null) return
    this.#entries.push(this.#open)
    if (this.#entries.length > this.#entriesMax) this.#entries.shift()
  }
}

function takeField(entry: HistoryEntry, key: string, value: string): void {
  if (key === 'End-Date') entry.endMs = wallMsOf(value)
  else if (key === 'Commandline') entry.command = value || null
  else if (key === 'Requested-By') entry.requestedBy = value.replace(/ \(\d+\)$/, '') || null
  else if (key === 'Error') entry.error = value || null
  else if (CHANGES.has(key)) for (const change of changesIn(value)) entry.changes.add(change)
}

/** "a:amd64 (1, 2), b:amd64 (1, automatic)": commas stand inside the brackets, too, so these tell the items apart. */
function changesIn(items: string): string[] {
  return items.split('), ').flatMap((item) => {
    const at = item.indexOf(' (')
    if (at === -1) return []
    const inside = item.slice(at + 2)
    const versions = (inside.endsWith(')') ? inside.slice(0, -1) : inside).split(', ')
    return [changeKey(item.slice(0, at), versions.filter((word) => word !== 'automatic').at(-1) ?? '')]
  })
}

/** `version`: the one after the change, or the last one of what was removed. */
export function changeKey(name: string, version: string): string {
  return `${name.split(':', 1)[0] ?? ''} ${version}`
}
