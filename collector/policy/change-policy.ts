// A policy as an operator sends it becomes the policy in force. The same form as the [policy] table of collector.toml,
// the same checks, the same words about what is wrong.
import { parsePolicy, type ParsedPolicy } from '../../shared/judgement/parse-policy.ts'
import { DEFAULT_POLICY, type Policy } from '../../shared/judgement/policy.ts'
import { toPolicyTable } from '../../shared/judgement/policy-table.ts'
import type { CollectorContext } from '../context.ts'
import type { Store } from '../store/store.ts'

/** `from`: address the request came from. `at`: epoch ms. */
export type By = { at: number; actor: string; from: string | null }

/**
 * The whole policy. Without `applications` in it, those in force stay: they have addresses of their own. So does
 * `knownExploitedAfter`, here and below, for programs that do not know it yet; an empty table ends it.
 */
export function withFleetPolicy(current: Policy, table: Readonly<Record<string, unknown>>): ParsedPolicy {
  const { applications, knownExploitedAfter } = toPolicyTable(current)
  return parsePolicy(withoutEmptyDays({ applications, ...(knownExploitedAfter && { knownExploitedAfter }), ...table }))
}

/** The policy of one application, or with null none of its own. */
export function withApplicationPolicy(current: Policy, name: string, own: unknown): ParsedPolicy {
  const table = toPolicyTable(current)
  const others = Object.entries(table.applications).filter(([other]) => other !== name)
  const kept = Object.hasOwn(table.applications, name) ? table.applications[name]?.knownExploitedAfter : undefined
  const isKept = isTable(own) && own['preset'] === undefined && kept !== undefined
  const next = isTable(own) ? withoutEmptyDays(isKept ? { knownExploitedAfter: kept, ...own } : own) : own
  const applications = Object.fromEntries(own === null ? others : [...others, [name, next]])
  return parsePolicy({ ...table, applications })
}

/** As the preset says, or for an application as the fleet. */
function withoutEmptyDays(table: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { knownExploitedAfter: days, ...rest } = table
  return isTable(days) && Object.keys(days).length === 0 ? rest : table
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function policyInForce(store: Pick<Store, 'policy'>): Policy {
  return store.policy() ?? DEFAULT_POLICY
}

/** `subject`: "policy", or "policy/applications/NAME". Nothing is written or audited where nothing changes. */
export function savePolicy(
  { store, forgetPolicy }: Pick<CollectorContext, 'store' | 'forgetPolicy'>,
  policy: Policy,
  subject: string,
  { at, actor, from }: By,
): void {
  const before = toPolicyTable(policyInForce(store))
  const after = toPolicyTable(policy)
  if (JSON.stringify(before) === JSON.stringify(after)) return
  store.savePolicy(policy, { at, actor, action: 'policy.change', subject, detail: { before, after, from } })
  forgetPolicy()
}
