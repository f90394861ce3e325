// Splitting lanes at a rule, and putting together what need not be apart. Pure.
import { newWorld, type Lane, type Packet } from './packet.ts'
import { NOTHING, type Ranges } from './ranges.ts'
import type { Condition, Truth } from './ruleset.ts'
import { allOf, among, except, exceptAll, isNobody, lengthOf, type Senders } from './senders.ts'
import { and, asSenders, type SenderTruth } from './truth.ts'

export type Split = {
  hit: Lane | null
  misses: readonly Lane[]
  /** Senders of whom it is not known. */
  doubted: Senders
}

export function splitLane(lane: Lane, conditions: readonly Condition[]): Split {
  const { truth, isChance } = truthOf(conditions, lane.packet)
  if (truth === false) return { hit: null, misses: [lane], doubted: NOTHING }
  const split = truth === true ? { hit: lane, misses: [], doubted: NOTHING } : splitSenders(lane, truth)
  if (!isChance || split.hit === null) return split
  const [taken, passed] = [newWorld(), newWorld()]
  lane.world.forks.push([taken, passed])
  return { ...split, hit: { ...split.hit, world: taken }, misses: [...split.misses, { ...split.hit, world: passed }] }
}

function truthOf(conditions: readonly Condition[], packet: Packet): { truth: Truth; isChance: boolean } {
  let truth: Truth = true
  let isChance = false
  for (const { test } of conditions) {
    const one = test(packet)
    if (one === 'chance') isChance = true
    else truth = and(truth, one, packet.family)
    if (truth === false) return { truth, isChance }
  }
  return { truth, isChance }
}

function splitSenders(lane: Lane, truth: Truth): Split {
  const { yes, maybe } = asSenders(truth, lane.packet.family)
  const may = among(lane.may, maybe)
  if (isNobody(may)) return { hit: null, misses: [lane], doubted: NOTHING }
  const hit = { ...lane, must: lane.must === lane.may && yes === maybe ? may : among(lane.must, yes), may }
  const miss = missOf(lane, { yes, maybe })
  const doubted = yes === maybe ? NOTHING : except(among(lane.must, maybe), yes)
  return { hit, misses: isNobody(miss.may) ? [] : [miss], doubted }
}

function missOf(lane: Lane, { yes, maybe }: SenderTruth): Lane {
  const may = except(lane.may, yes)
  return { ...lane, must: lane.must === lane.may && yes === maybe ? may : except(lane.must, maybe), may }
}

/** Null: nobody of it is in the set. */
export function laneAmong(lane: Lane, set: Ranges): Lane | null {
  const may = among(lane.may, set)
  if (isNobody(may)) return null
  return { ...lane, may, must: lane.must === lane.may ? may : among(lane.must, set) }
}

/** Null: all of it are in one of the sets. */
export function laneWithout(lane: Lane, sets: readonly Ranges[]): Lane | null {
  const may = exceptAll(lane.may, sets)
  if (isNobody(may)) return null
  return { ...lane, may, must: lane.must === lane.may ? may : exceptAll(lane.must, sets) }
}

/** Lanes that no later rule can tell apart become one. */
export function mergeLanes(lanes: readonly Lane[]): Lane[] {
  if (lanes.length < 2) return [...lanes]
  const groups: Lane[][] = []
  for (const lane of lanes) {
    const group = groups.find(([first]) => first !== undefined && areAlike(first, lane))
    if (group === undefined) groups.push([lane])
    else group.push(lane)
  }
  return groups.map(mergeGroup)
}

function mergeGroup(lanes: readonly Lane[]): Lane {
  const largest = lanes.reduce((best, lane) =>
    lengthOf(lane.must) + lengthOf(lane.may) > lengthOf(best.must) + lengthOf(best.may) ? lane : best,
  )
  if (lanes.length === 1) return largest
  const may = allOf(lanes.map((lane) => lane.may))
  const isCertain = lanes.every((lane) => lane.must === lane.may)
  const named = lanes.find(({ acceptedBy }) => acceptedBy !== null) ?? largest
  const must = isCertain ? may : allOf(lanes.map((lane) => lane.must))
  return { ...largest, acceptedBy: largest.acceptedBy ?? named.acceptedBy, must, may }
}

function areAlike(a: Lane, b: Lane): boolean {
  if (a.world !== b.world) return false
  if (a.packet === b.packet) return true
  const keys = ['daddr', 'dport', 'ctState', 'isTranslated', 'mark', 'ctMark', 'oif', 'iif'] as const
  return (
    keys.every((key) => a.packet[key] === b.packet[key]) &&
    String(a.packet.listed ?? '') === String(b.packet.listed ?? '')
  )
}

export function withoutCertainty(lane: Lane): Lane {
  return { ...lane, must: NOTHING }
}
