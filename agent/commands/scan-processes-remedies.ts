// What brings each holder to the new code, with what the files of its unit say of being restarted.
import { assignments } from '../exposure/unit-filter.ts'
import type { Host } from '../host/host.ts'
import type { Holder } from '../processes/holder.ts'
import { ORDINARY, remedyFor, type UnitTraits } from '../processes/remedy.ts'
import type { Remedy } from '../../shared/sections/processes.ts'
import { knownPaths, textsOf } from './scan-firewall-units.ts'

/** A host with more units than this has them from one template. */
const UNITS_MAX = 500

/** Never rejects: a unit whose files cannot be read counts as an ordinary one. */
export async function readRemedies(host: Host, holders: Iterable<Holder>): Promise<(holder: Holder) => Remedy> {
  const units = new Set([...holders].flatMap((holder) => (holder.kind === 'unit' ? [holder.unit] : [])))
  const traits = new Map<string, UnitTraits>()
  const paths = units.size === 0 ? new Set<string>() : await knownPaths(host)
  for (const unit of [...units].slice(0, UNITS_MAX)) traits.set(unit, await readTraits(host, paths, unit))
  return (holder) => remedyFor(holder, holder.kind === 'unit' ? (traits.get(holder.unit) ?? ORDINARY) : ORDINARY)
}

async function readTraits(host: Host, paths: ReadonlySet<string>, unit: string): Promise<UnitTraits> {
  const all = (await textsOf(host, paths, unit)).flatMap(assignments)
  const last = (wanted: string) => all.findLast(([key]) => key === wanted)?.[1].toLowerCase()
  return {
    isOneshot: last('Type') === 'oneshot',
    refusesManualStop: ['1', 'yes', 'true', 'on'].includes(last('RefuseManualStop') ?? ''),
  }
}
