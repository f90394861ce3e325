// The fleet page of invented servers, as text.
import { applicationsOf } from '../../../collector/dashboard/applications.ts'
import type { FirstRun } from '../../../collector/dashboard/components/install-card.ts'
import { fleetPage, type FleetModel } from '../../../collector/dashboard/fleet-page.ts'
import { renderDocument } from '../../../collector/dashboard/html.ts'
import { USUAL_COLUMNS } from '../../../collector/dashboard/server-columns.ts'
import { toServerRow } from '../../../collector/dashboard/server-row.ts'
import type { ServerRecord } from '../../../collector/store/records.ts'
import { toFacets } from '../../../collector/views/facets-view.ts'
import { toSummary } from '../../../collector/views/summary-view.ts'
import { DEFAULT_POLICY } from '../../../shared/judgement/policy.ts'
import { FLEET_NOW, projectionOf } from '../../support/believable-fleet.ts'
import { SHELL } from '../../support/page-markup.ts'

export const FIRST_RUN: FirstRun = {
  collectorUrl: 'https://overdue.example.net',
  dataDir: null,
  hasInstaller: true,
  mayMakeKeys: false,
}

export function render(fleet: readonly ServerRecord[], changes: Partial<FleetModel> = {}): string {
  const projection = projectionOf(fleet)
  return renderDocument(
    fleetPage(SHELL, {
      summary: toSummary(projection, null, FLEET_NOW),
      items: projection.inOrder().map((record) => toServerRow(record, record.lastContactAt, FLEET_NOW)),
      search: { text: '', problem: null, found: fleet.length },
      also: [],
      columns: USUAL_COLUMNS,
      paging: { number: 1, count: 1 },
      applications: applicationsOf(projection.inOrder(), DEFAULT_POLICY),
      firstRun: FIRST_RUN,
      facets: toFacets(projection.rowsInOrder()),
      charts: null,
      ...changes,
    }),
  )
}
