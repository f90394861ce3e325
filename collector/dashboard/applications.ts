// The fleet by application, counted once per list: a list of servers never changes, and every reader gets the same counts.
import type { Policy } from '../../shared/judgement/policy.ts'
import { groupByApplication } from '../changes/applications.ts'
import type { ServerRecord } from '../store/records.ts'
import { byApplicationUrgency, placeOf, toApplicationItem, type ApplicationItem } from '../views/application-view.ts'

const known = new WeakMap<readonly ServerRecord[], { policy: Policy; items: readonly ApplicationItem[] }>()

/** Those that have active servers, most urgent first. */
export function applicationsOf(active: readonly ServerRecord[], policy: Policy): readonly ApplicationItem[] {
  const before = known.get(active)
  if (before?.policy === policy) return before.items
  const items = groupByApplication(active)
    .map((group) => toApplicationItem(group, policy))
    .sort((a, b) => byApplicationUrgency(placeOf(a), placeOf(b)))
  known.set(active, { policy, items })
  return items
}
