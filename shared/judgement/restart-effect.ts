// What would a restart make effective? One list for pages, command line and host: what only a restart of the server brings,
// then whatever runs replaced code, with the least that is enough for it. Pure.
import type { Listener } from '../sections/listeners.ts'
import { cveCountText } from '../sections/fix-groups.ts'
import type { Remedy } from '../sections/processes.ts'
import { remedyCommand, remedyText } from './remedy-text.ts'
import type { State } from './verdict.ts'

type Port = Pick<Listener, 'protocol' | 'port' | 'verdict'>

/** Processes that run replaced code; those of one unit are put together. */
export type OldCode = {
  unit: string | null
  container: string | null
  command: string
  packages: readonly string[]
  files: readonly string[]
  /** Null: not known. */
  ports: readonly Port[] | null
  remedy: Remedy
  isLocal: boolean
  /** How many; missing: one. */
  processes?: number
}

/** What an upgrade of this boot fixed. */
export type Fixed = { package: string; cves: readonly string[]; cvesMore: number; complete: boolean }

export type Effect = {
  /** "the server", or the unit, container or program. */
  name: string
  /** Programs that run; [] for the server. */
  programs: string[]
  processes: number
  /** What takes effect: packages, or files where no package lists them; null where that could not be read. */
  old: string[] | null
  /** "12 CVEs", "12 CVEs or more", "not known"; null where no upgrade of this boot is known to be of it. */
  fixes: string | null
  /** At which it answers, each once with its worst verdict; those that strangers may reach first. */
  ports: Port[]
  remedy: string
  command: string | null
}

type Facts = {
  state: State
  packages: readonly string[] | null
  old: readonly OldCode[]
  /** Null: not known. */
  fixes: readonly Fixed[] | null
}

/** The server first, if it needs a restart; then who answers strangers; then by name. */
export function effectsOf({ state, packages, old, fixes }: Facts): Effect[] {
  const isServerDue = state === 'restart-required' || state === 'deferrable'
  const groups = Map.groupBy(old, ({ unit, container, command }) => container ?? unit ?? command)
  const effects = [...groups].map(([name, found]) => effectOf(name, found))
  const all = [...(isServerDue ? [serverEffect(packages)] : []), ...effects.sort(byReach)]
  return all.map((effect) => ({ ...effect, fixes: fixedBy(effect.old ?? [], fixes ?? []) }))
}

type Unfixed = Omit<Effect, 'fixes'>

function fixedBy(old: readonly string[], fixes: readonly Fixed[]): string | null {
  const found = fixes.filter((fix) => old.some((name) => nameOf(name) === nameOf(fix.package)))
  if (found.length === 0) return null
  const ids = new Set(found.flatMap(({ cves }) => cves))
  // Packages of one source count the same ids that no longer fit: the most that one of them counts is the least there are.
  const more = Math.max(...found.map(({ cvesMore }) => cvesMore))
  return cveCountText(
    ids.size + more,
    found.every(({ complete }) => complete),
  )
}

/** Without its architecture. */
function nameOf(name: string): string {
  return name.split(':', 1)[0] ?? name
}

function serverEffect(packages: readonly string[] | null): Unfixed {
  return {
    name: 'the server',
    programs: [],
    processes: 0,
    old: packages === null ? null : [...packages],
    ports: [],
    remedy: 'restart the server',
    command: 'sudo reboot',
  }
}

function effectOf(name: string, found: readonly OldCode[]): Unfixed {
  const { remedy = 'restart', unit = null } = found[0] ?? {}
  return {
    name,
    programs: sortedOnce(found.map(({ command }) => command)),
    processes: found.reduce((sum, { processes = 1 }) => sum + processes, 0),
    old: sortedOnce(found.flatMap(({ isLocal, files, packages }) => (isLocal ? files : packages))),
    ports: portsOnce(found.flatMap(({ ports }) => ports ?? [])),
    remedy: remedyText(remedy, name),
    command: remedyCommand(remedy, unit),
  }
}

const RANKS = { exposed: 0, unknown: 1, filtered: 2 } as const

function portsOnce(ports: readonly Port[]): Port[] {
  const worst = new Map<string, Port>()
  for (const { protocol, port, verdict } of ports) {
    const key = `${protocol} ${port}`
    const known = worst.get(key)
    if (known === undefined || RANKS[verdict] < RANKS[known.verdict]) worst.set(key, { protocol, port, verdict })
  }
  return [...worst.values()].sort((a, b) => RANKS[a.verdict] - RANKS[b.verdict] || a.port - b.port)
}

function byReach(a: Unfixed, b: Unfixed): number {
  return reachOf(a) - reachOf(b) || (a.name < b.name ? -1 : 1)
}

/** One that answers inside alone is in no more hurry than one that answers nobody. */
function reachOf({ ports: [worst] }: Unfixed): number {
  return RANKS[worst?.verdict ?? 'filtered']
}

function sortedOnce(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort()
}
