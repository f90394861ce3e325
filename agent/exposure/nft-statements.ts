// What an nft rule does, statement by statement, libnftables-json(5). Statements stand among conditions in any order, so
// one rule of nft can become several here. Pure.
import { ALWAYS, NEVER, opaque } from './conditions.ts'
import { isRecord, listOf, numberOf, onlyEntry, textOf } from './json-values.ts'
import { markKind, matchCondition, type NftContext } from './nft-match.ts'
import { dnatVerdict, redirectVerdict } from './nft-translate.ts'
import { vmapVerdict } from './nft-vmap.ts'
import type { Packet } from './packet.ts'
import type { Quote } from './quoted.ts'
import { ACCEPT, CONTINUE, DROP, REJECT, RETURN, type Act, type Condition, type Rule, type Verdict } from './ruleset.ts'

type Step = { condition: Condition } | { act: Act } | { verdict: Verdict } | null

export function rulesOf(expressions: readonly unknown[], text: Quote, context: NftContext): Rule[] {
  const rules: Rule[] = []
  const conditions: Condition[] = []
  let acts: Act[] = []
  for (const expression of expressions) {
    const step = stepOf(expression, context)
    if (step === null) continue
    if ('act' in step) acts.push(step.act)
    else {
      if (acts.length > 0 && 'condition' in step) {
        rules.push({ text, conditions: [...conditions], acts, verdict: CONTINUE })
        acts = []
      }
      if ('condition' in step) conditions.push(step.condition)
      else rules.push({ text, conditions: [...conditions], acts: acts.splice(0), verdict: step.verdict })
    }
  }
  if (acts.length > 0) rules.push({ text, conditions, acts, verdict: CONTINUE })
  return rules.length > 1 ? rules.map((rule, at) => (at === 0 ? rule : afterActs(rule))) : rules
}

/** What the first part changed, the second may ask for: its conditions then hold no longer for certain. */
function afterActs(rule: Rule): Rule {
  const asksMark = rule.conditions.some(({ key }) => key === null || /mark|state/i.test(key))
  return asksMark ? { ...rule, conditions: [...rule.conditions, opaque('a mark this rule changed')] } : rule
}

function stepOf(expression: unknown, context: NftContext): Step {
  const [name, value] = onlyEntry(expression) ?? ['', null]
  const verdict = verdictOf(name, value, context)
  if (verdict !== null) return { verdict }
  if (name === 'match') return { condition: matchCondition(value, context) }
  const condition = CONDITIONS[name]?.(value)
  if (condition !== undefined) return { condition }
  if (name === 'mangle') return mangleStep(value)
  if (name === 'notrack') return { act: { kind: 'untrack' } }
  return HARMLESS.has(name) ? null : { verdict: { kind: 'lost', why: name || 'a statement that is not understood' } }
}

/** They note, count or dress the packet; where it goes does not change. */
const HARMLESS = new Set([
  'counter',
  'log',
  'comment',
  'last',
  'dup',
  'flow',
  'secmark',
  'ct helper',
  'ct timeout',
  'ct expectation',
])

/** A fresh client is below every limit. */
const CONDITIONS: Readonly<Record<string, (value: unknown) => Condition>> = {
  limit: (value) => (isRecord(value) ? unlessInverted(value) : opaque('a limit by its name')),
  'ct count': (value) => {
    if (!isRecord(value)) return opaque('a count of connections by its name')
    // The client's own connection is more than none.
    return value['val'] === 0 ? opaque('a count of no connection') : unlessInverted(value)
  },
  quota: (value) => {
    if (!isRecord(value)) return opaque('quota')
    // Of an older tool, without what is used up.
    const used = numberOf(value['used']) ?? 0
    const isOver = used >= (numberOf(value['val']) ?? Infinity) && value['used_unit'] === value['val_unit']
    return isOver === (value['inv'] === true) ? ALWAYS : NEVER
  },
  set: (value) => allOf(listOf(isRecord(value) ? value['stmt'] : null)),
  map: () => ALWAYS,
  meter: (value) => allOf(isRecord(value) ? [value['stmt']] : []),
  xt: (value) =>
    opaque(`an iptables ${isRecord(value) ? `${textOf(value['type'])} ${textOf(value['name'])}` : 'expression'}`),
}

/** Conditions that stand inside a statement: "add @set { ip saddr limit rate over 3/minute }". */
function allOf(statements: readonly unknown[]): Condition {
  const conditions = statements.map((statement) => {
    const [name, value] = onlyEntry(statement) ?? ['', null]
    return CONDITIONS[name]?.(value) ?? (HARMLESS.has(name) ? ALWAYS : opaque(name))
  })
  return conditions.find((condition) => condition !== ALWAYS) ?? ALWAYS
}

function unlessInverted(value: unknown): Condition {
  return isRecord(value) && value['inv'] === true ? NEVER : ALWAYS
}

function verdictOf(name: string, value: unknown, context: NftContext): Verdict | null {
  const fixed = VERDICTS[name]
  if (fixed !== undefined) return fixed
  if (name === 'jump' || name === 'goto') {
    const chain = isRecord(value) ? textOf(value['target']) : null
    return chain === null ? { kind: 'lost', why: name } : { kind: name, chain }
  }
  if (name === 'dnat') return dnatVerdict(value, context)
  if (name === 'redirect') return redirectVerdict(value, context)
  if (name === 'vmap') return vmapVerdict(value, context, (kind, to) => verdictOf(kind, to, context))
  const isTarget = name === 'xt' && isRecord(value) && value['type'] !== 'match'
  return isTarget ? { kind: 'lost', why: `an iptables target ${textOf(value['name'])}` } : null
}

const VERDICTS: Readonly<Record<string, Verdict>> = {
  accept: ACCEPT,
  drop: DROP,
  reject: REJECT,
  return: RETURN,
  continue: CONTINUE,
  // Translation of the sender ends the chain like accept.
  snat: ACCEPT,
  masquerade: ACCEPT,
}

/** `meta mark set ...`, `ct mark set ...`; other fields: of what nobody asks for, or lost. */
function mangleStep(value: unknown): Step {
  const { key, value: to } = isRecord(value) ? value : {}
  const kind = markKind(key)
  if (kind !== null)
    return { act: { kind: kind === 'mark' ? 'mark' : 'ct-mark', change: (packet) => marked(to, packet) } }
  const dressed =
    isRecord(key) && (isRecord(key['tcp option']) || isHarmlessMeta(key['meta']) || isHarmlessField(key['payload']))
  return dressed ? null : { verdict: { kind: 'lost', why: 'a statement that rewrites the packet' } }
}

function isHarmlessMeta(meta: unknown): boolean {
  return isRecord(meta) && ['priority', 'nftrace', 'secmark'].includes(textOf(meta['key']) ?? '')
}

function isHarmlessField(payload: unknown): boolean {
  return isRecord(payload) && ['dscp', 'ecn'].includes(textOf(payload['field']) ?? '')
}

function marked(to: unknown, packet: Packet): number | null {
  const number = numberOf(to)
  if (number !== null) return number
  const kind = markKind(to)
  if (kind !== null) return packet[kind]
  const [operator, operands] = onlyEntry(to) ?? ['', null]
  const [left, right] = listOf(operands).map((operand) => marked(operand, packet))
  if (typeof left !== 'number' || typeof right !== 'number') return null
  if (operator === '|') return (left | right) >>> 0
  if (operator === '&') return (left & right) >>> 0
  return operator === '^' ? (left ^ right) >>> 0 : null
}
