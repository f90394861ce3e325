// All lanes through one base chain, and the chains it jumps to: nft(8), iptables(8). Pure.
import { shareOf } from './address-space.ts'
import { laneAmong, laneWithout, mergeLanes, splitLane } from './lanes.ts'
import type { Lane, Packet } from './packet.ts'
import { NOTHING, type Ranges } from './ranges.ts'
import { planFor } from './rule-plan.ts'
import { forkTargets, redirected, translated } from './translation.ts'
import type { Act, Base, Chain, Rule, Table, Verdict } from './ruleset.ts'
import { isNobody } from './senders.ts'
import { spend, type Trace, type Watched } from './trace.ts'

/** What follows a chain that nothing bounds would never end; the kernel allows 16 (nft) and checks loops. */
const DEPTH_MAX = 128
const LANES_MAX = 64
/** A rule that matches costs about as much as this many that do not: measured. */
const MATCH_STEPS = 30

type Run = { table: Table; trace: Trace; accepted: Lane[]; redirectTo: (packet: Packet) => readonly Packet[] }

/** Lanes that go on after the chain. What is dropped or lost stands in the trace. */
export function walkBase(
  { table, chain, base }: { table: Table; chain: Chain; base: Base },
  lanes: readonly Lane[],
  { trace, redirectTo }: { trace: Trace; redirectTo: Run['redirectTo'] },
): Lane[] {
  const run: Run = { table, trace, accepted: [], redirectTo }
  const name = () => `${table.label} ${chain.name}`
  watched(trace, { kind: 'chain', text: name, does: base.hook }, lanes)
  const rest = walkRules(run, chain, lanes, 0)
  if (base.policy === 'drop' && rest.length > 0) watched(trace, { kind: 'policy', text: name, does: 'drop' }, rest)
  if (base.policy === 'drop')
    for (const lane of rest) trace.drop(lane, () => `${table.label} ${chain.name} policy drop`, 'policy')
  return mergeLanes(base.policy === 'drop' ? run.accepted : [...run.accepted, ...rest])
}

function watched({ budget }: Trace, step: Omit<Watched, 'share'>, lanes: readonly Lane[]): void {
  if (budget.watch === undefined) return
  const share = Math.max(0, ...lanes.map(({ may, packet }) => shareOf(may, packet.family)))
  budget.watch({ ...step, share })
}

/** Lanes that fell off the end of the chain, or returned. */
function walkRules(run: Run, chain: Chain, lanes: readonly Lane[], depth: number): Lane[] {
  const returned: Lane[] = []
  let current = [...lanes]
  for (const rule of rulesFor(run, chain, lanes)) {
    const [only] = current
    if (only === undefined) break
    spend(run.trace, current.length)
    if (current.every(({ packet }) => isRuledOut(rule, packet))) continue
    const next =
      current.length === 1
        ? walkRule(run, rule, only, returned, depth)
        : mergeLanes(current.flatMap((lane) => walkRule(run, rule, lane, returned, depth)))
    current = next.length > 1 ? mergeLanes(next) : next
    if (current.length > LANES_MAX) {
      for (const lane of current.splice(0)) run.trace.lose(lane, rule.text, 'too many branches')
    }
  }
  return mergeLanes([...current, ...returned])
}

/** What is asked of the port to choose them is noted in its window. */
function rulesFor({ trace }: Run, chain: Chain, lanes: readonly Lane[]): readonly Rule[] {
  const [first] = lanes
  if (first === undefined) return []
  const { family, protocol, dport, dportWindow } = first.packet
  const isOnePort = lanes.every(({ packet }) => packet.dport === dport && packet.dportWindow === dportWindow)
  const plan = planFor(chain, { family, protocol, dport: isOnePort ? dport : null })
  spend(trace, plan.work)
  if (isOnePort && dportWindow !== null) {
    if (plan.from > dportWindow.from) dportWindow.from = plan.from
    if (plan.beyond < dportWindow.beyond) dportWindow.beyond = plan.beyond
  }
  return plan.rules
}

/** Most rules are about another port: they cost no more than the question. */
function isRuledOut({ conditions }: Rule, packet: Packet): boolean {
  for (const { test } of conditions) if (test(packet) === false) return true
  return false
}

function walkRule(run: Run, rule: Rule, lane: Lane, returned: Lane[], depth: number): Lane[] {
  const { verdict, acts } = rule
  if (verdict.kind === 'continue' && acts.length === 0) return [lane]
  if (isIdle(run, verdict, lane)) return [lane]
  const { hit, misses, doubted } = splitLane(lane, rule.conditions)
  if (hit === null) return [lane]
  spend(run.trace, MATCH_STEPS)
  if (!isNobody(doubted)) run.trace.doubt(doubted, lane, rule)
  watched(run.trace, { kind: 'rule', text: rule.text, does: verdict.kind }, [hit])
  const acted = acts.length === 0 ? hit : { ...hit, packet: acts.reduce(actOn, hit.packet) }
  const passed = follow({ run, rule, returned, depth }, verdict, acted)
  // Nothing happened to it: whole again, so that a chain of many jumps does not break senders into pieces.
  const isWhole = passed.length === 1 && passed[0] === hit && hit.world === lane.world
  return isWhole ? [lane] : [...passed, ...misses]
}

/** A jump to a chain of which no rule is about such a packet: of two thousand chains for single ports almost all. */
function isIdle(run: Run, verdict: Verdict, lane: Lane): boolean {
  if (verdict.kind !== 'jump' || run.trace.budget.watch !== undefined) return false
  const chain = run.table.chains.get(verdict.chain)
  return chain !== undefined && rulesFor(run, chain, [lane]).length === 0
}

function actOn(packet: Packet, act: Act): Packet {
  if (act.kind === 'mark') return { ...packet, mark: act.change(packet) }
  if (act.kind === 'ct-mark') return { ...packet, ctMark: act.change(packet) }
  if (act.kind === 'list') {
    const { listed = [] } = packet
    return listed.includes(act.name) ? packet : { ...packet, listed: [...listed, act.name].toSorted() }
  }
  return packet.ctState === 'invalid' ? { ...packet, ctState: 'untracked' } : packet
}

type Step = { run: Run; rule: Rule; returned: Lane[]; depth: number }

/** What of `lane` goes on to the next rule. */
function follow(step: Step, verdict: Verdict, lane: Lane): Lane[] {
  const { run, rule, returned } = step
  switch (verdict.kind) {
    case 'continue':
      return [lane]
    case 'accept':
      run.accepted.push({ ...lane, acceptedBy: rule.text })
      return []
    case 'drop':
      run.trace.drop(lane, rule.text, 'rule')
      if (verdict.isTold === true) run.trace.rejected.push(lane.may)
      return []
    case 'return':
      returned.push(lane)
      return []
    case 'jump':
      return throughChain(step, verdict.chain, lane)
    case 'goto':
      returned.push(...throughChain(step, verdict.chain, lane))
      return []
    case 'dispatch':
      return isApartFor(verdict, lane)
        ? dispatchApart(step, verdict.entries, lane)
        : dispatch(step, verdict.entries, lane)
    case 'translate': {
      const fitting = verdict.targets.filter(({ family }) => family === null || family === lane.packet.family)
      if (fitting.length === 0) return [lane]
      const packets = fitting.map((target) => translated(lane.packet, target))
      run.accepted.push(...forkTargets({ ...lane, translatedBy: { rule: rule.text, kind: 'dnat' } }, packets))
      return []
    }
    case 'redirect': {
      const packets = run.redirectTo(lane.packet).flatMap((to) => verdict.ports.map((port) => redirected(to, port)))
      if (packets.length === 0) run.trace.drop(lane, rule.text, 'rule')
      else run.accepted.push(...forkTargets({ ...lane, translatedBy: { rule: rule.text, kind: 'redirect' } }, packets))
      return []
    }
    case 'lost':
      run.trace.lose(lane, rule.text, verdict.why)
      return []
    default:
      return verdict satisfies never
  }
}

function throughChain({ run, rule, depth }: Step, name: string, lane: Lane): Lane[] {
  const chain = run.table.chains.get(name)
  if (chain === undefined || depth >= DEPTH_MAX) {
    run.trace.lose(lane, rule.text, chain === undefined ? 'a chain that is not there' : 'jumps too deep')
    return []
  }
  const passed = walkRules(run, chain, [lane], depth + 1)
  return passed
}

type Dispatch = Extract<Verdict, { kind: 'dispatch' }>

function dispatch(step: Step, entries: Dispatch['entries'], lane: Lane): Lane[] {
  const passed: Lane[] = []
  let current: Lane[] = [lane]
  for (const { condition, verdict, text = step.rule.text } of entries) {
    current = current.flatMap((one) => {
      spend(step.run.trace, 1)
      const { hit, misses, doubted } = splitLane(one, [condition])
      if (hit === null) return [one]
      if (!isNobody(doubted)) step.run.trace.doubt(doubted, one, step.rule)
      passed.push(...follow({ ...step, rule: { ...step.rule, text } }, verdict, hit))
      return misses
    })
    if (current.length === 0) break
  }
  return [...passed, ...current]
}

/** Of an answer, whose ends are known, not: there the first entry decides as anywhere. */
function isApartFor({ entries, isApart }: Dispatch, { packet }: Lane): boolean {
  const ends = entries[0]?.condition.ends
  if (isApart !== true || ends === undefined || ends.family !== packet.family) return false
  return (ends.side === 'source' ? packet.saddr : packet.daddr) === null
}

/** No sender is in two entries, so none has to be taken out for the next: those to whom nothing happened stay together. */
function dispatchApart(step: Step, entries: Dispatch['entries'], lane: Lane): Lane[] {
  const passed: Lane[] = []
  const gone: Ranges[] = []
  for (const { condition, verdict, text = step.rule.text } of entries) {
    spend(step.run.trace, 1)
    const set = condition.ends?.set ?? NOTHING
    const hit = isIdle(step.run, verdict, lane) ? null : laneAmong(lane, set)
    if (hit === null) continue
    const after = follow({ ...step, rule: { ...step.rule, text } }, verdict, hit)
    if (after.length === 1 && after[0] === hit) continue
    passed.push(...after)
    gone.push(set)
  }
  const rest = laneWithout(lane, gone)
  return rest === null ? passed : [...passed, rest]
}
