// Rows for the query language.
import type { QueryRow } from '../../shared/query/row.ts'

/** Nothing is known of it but its name. */
export const BLANK_ROW: QueryRow = {
  name: 'new',
  state: 'unknown',
  reporting: 'never',
  exposure: 'unknown',
  lifecycle: 'active',
  reasons: [],
  snoozed: 'no',
  application: null,
  environment: null,
  tags: {},
  packages: null,
  openPorts: null,
  outdatedUnits: null,
  os: null,
  kernel: null,
  since: null,
  lastContactAt: null,
}
