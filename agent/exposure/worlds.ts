// Who is certainly, and who possibly, among lanes that chance may have split. Pure.
import type { Lane, World } from './packet.ts'
import { NOTHING } from './ranges.ts'
import { allOf, among, setOf, type Senders } from './senders.ts'

export type Accepted = { must: Senders; may: Senders }

export function acceptedFrom(root: World, lanes: readonly Lane[]): Accepted {
  const byWorld = Map.groupBy(lanes, ({ world }) => world)
  return {
    must: certainIn(root, byWorld, 0),
    may: allOf(lanes.map(({ may }) => may)),
  }
}

/** Deeper than any ruleset splits: certainty is not worth the stack. */
const DEPTH_MAX = 500

function certainIn(world: World, byWorld: ReadonlyMap<World, readonly Lane[]>, depth: number): Senders {
  if (depth > DEPTH_MAX) return NOTHING
  const here = allOf((byWorld.get(world) ?? []).map(({ must }) => must))
  return world.forks.reduce((sum, [taken, passed]) => {
    const both = among(certainIn(taken, byWorld, depth + 1), setOf(certainIn(passed, byWorld, depth + 1)))
    return allOf([sum, both])
  }, here)
}
