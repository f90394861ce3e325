// What every store must do, whatever stands behind it; a file for each subject of the port. Run by each store's own tests.
import { describeServers } from './contract/servers.ts'
import { describeCommits } from './contract/commits.ts'
import { describeHistoryAndChanges } from './contract/history-and-changes.ts'
import { describeContacts } from './contract/contacts.ts'
import { describeDayCounts } from './contract/day-counts.ts'
import { describeOperators } from './contract/operators.ts'
import type { WithStore } from './contract/contract-kit.ts'

export function describeStore(name: string, withStore: WithStore): void {
  describeServers(name, withStore)
  describeCommits(name, withStore)
  describeHistoryAndChanges(name, withStore)
  describeContacts(name, withStore)
  describeDayCounts(name, withStore)
  describeOperators(name, withStore)
}
