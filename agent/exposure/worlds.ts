// Who is certainly, and who possibly, among lanes that chance may have split. Pure.
import type { Lane, World } from './packet.ts'
import { intersect, NOTHING, union, unionOf, type Ranges } from './ranges.ts'

export type Accepted = { must: Ranges; may: Ranges }

export function acceptedFrom(root: World, lanes: readonly Lane[]): Accepted {
  const byWorld = Map.groupBy(lanes, ({ world }) => world)
  return {
    must: certainIn(root, byWorld, 0),
    may: unionOf(lanes.map(({ may }) => may)),
  }
}

/** Deeper than any ruleset splits: certainty is not worth the stack. */
const DEPTH_MAX = 500

function certainIn(world: World, byWorld: ReadonlyMap<World, readonly Lane[]>, depth: number): Ranges {
  if (depth > DEPTH_MAX) return NOTHING
  const here = unionOf((byWorld.get(world) ?? []).map(({ must }) => must))
  return world.forks.reduce((sum, [taken, passed]) => {
    const both = intersect(certainIn(taken, byWorld, depth + 1), certainIn(passed, byWorld, depth + 1))
    return union(sum, both)
  }, here)
}
