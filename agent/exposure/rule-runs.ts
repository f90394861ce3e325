// Long lists of addresses as few rules: of rules that ask for nothing but an address, and then end the chain, each
// address meets one. So a run of them is one rule for each thing that can happen, whatever their order. Pure.
import { amongEnds } from './conditions.ts'
import { firstClaims } from './first-claims.ts'
import { NOTHING, sizeOf, unionOf, type Ranges } from './ranges.ts'
import type { Condition, Rule, Verdict } from './ruleset.ts'

/** What rules of one run have in common. Null: not of any run. */
export function shapeOf({ conditions, acts, verdict }: Rule): string | null {
  const asked = addressOf(conditions)
  if (acts.length > 0 || asked?.ends === undefined || endOf(verdict) === null) return null
  let shape = `${asked.ends.side} ${asked.ends.family}`
  for (const condition of conditions) {
    if (condition === asked) continue
    if (condition.key === null) return null
    // With its length: keys hold names that somebody chose.
    shape += ` ${condition.key.length}:${condition.key}`
  }
  return shape
}

/** The sender where it is asked for; a second question for the sender leaves none. */
function addressOf(conditions: readonly Condition[]): Condition | undefined {
  let [found, isSender, isTwofold]: [Condition | undefined, boolean, boolean] = [undefined, false, false]
  for (const condition of conditions) {
    if (condition.ends === undefined) continue
    const isOne = condition.ends.side === 'source'
    if (isSender && !isOne) continue
    isTwofold = found !== undefined && isSender === isOne
    found = condition
    isSender = isOne
  }
  return isTwofold ? undefined : found
}

/** Null: the next rule is asked as well. */
function endOf(verdict: Verdict): string | null {
  if (verdict.kind === 'goto') return `goto ${verdict.chain}`
  if (verdict.kind === 'drop') return verdict.isTold === true ? 'reject' : 'drop'
  return verdict.kind === 'accept' || verdict.kind === 'return' ? verdict.kind : null
}

/** `shapes`: of each rule, equal where they are of one run; null where they are of none. */
export function joinRuns(rules: readonly Rule[], shapes: readonly unknown[]): Rule[] {
  const joined: Rule[] = []
  let from = 0
  for (let at = 1; at <= rules.length; at += 1) {
    if (at < rules.length && shapes[at] !== null && shapes[at] === shapes[from]) continue
    const run = rules.slice(from, at)
    joined.push(...(run.length === 1 ? run : unitedRun(run)))
    from = at
  }
  return joined
}

type Member = { rule: Rule; set: Ranges; end: string }

function unitedRun(run: readonly Rule[]): Rule[] {
  const members = run.flatMap((rule): Member[] => {
    const asked = addressOf(rule.conditions)
    return asked?.ends === undefined ? [] : [{ rule, set: asked.ends.set, end: endOf(rule.verdict) ?? '' }]
  })
  const alike = [...Map.groupBy(members, ({ end }) => end)]
  if (alike.length === 1) return [united(members, unionOf(members.map(({ set }) => set)))]
  const sets = firstClaims(members)
  const rules = alike.map(([end, some]) => united(some, sets.get(end) ?? NOTHING))
  return choice(rules, unionOf([...sets.values()]))
}

/** One rule that asks for all of their addresses, and then for which it is: what is left is then made once. */
function choice(rules: readonly Rule[], all: Ranges): Rule[] {
  const entries = rules.flatMap(({ conditions, verdict, text }) => {
    const condition = addressOf(conditions)
    return condition === undefined ? [] : [{ condition, verdict, text }]
  })
  const text = () => rules.map((rule) => rule.text()).join('; ')
  return rules
    .slice(0, 1)
    .map((rule) => ({ ...withAddresses(rule, all), text, verdict: { kind: 'dispatch', entries, isApart: true } }))
}

function withAddresses(rule: Rule, set: Ranges): Rule {
  const asked = addressOf(rule.conditions)
  const conditions = rule.conditions.map((condition) =>
    condition === asked && asked.ends !== undefined ? amongEnds({ ...asked.ends, set }) : condition,
  )
  return { ...rule, conditions }
}

function united(alike: readonly Member[], set: Ranges): Rule {
  const widest = widestOf(alike)
  const rule = withAddresses(widest.rule, set)
  if (alike.length === 1) return rule
  return { ...rule, text: () => `${widest.rule.text()} (and ${alike.length - 1} more like it)` }
}

/** It is quoted for all of them. */
function widestOf([first, ...others]: readonly Member[]): Member {
  if (first === undefined) throw new RangeError('no rule to unite')
  let [widest, size] = [first, sizeOf(first.set)]
  for (const one of others) {
    const own = sizeOf(one.set)
    if (own > size) [widest, size] = [one, own]
  }
  return widest
}
