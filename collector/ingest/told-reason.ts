// Why a report was asked for goes into the history once. Its sender tells it again when the answer got lost, in a report
// that is otherwise new; only the id says that it is the same. One is told at a time, so the last id is all to remember.
import type { HistoryEvent } from '../../shared/judgement/transition.ts'
import type { Report } from '../../shared/protocol/report.ts'
import type { ServerRecord } from '../store/records.ts'

type Told = Pick<ServerRecord, 'reasonId'>

/** Somebody asked for this report and said why; what it found is told by the other events. */
export function deployEvents({ reasonId }: Told, { reason = '', ...report }: Report): HistoryEvent[] {
  const isTold = report.reasonId !== undefined && report.reasonId === reasonId
  return reason === '' || isTold ? [] : [{ type: 'deploy-report', cause: null, data: { reason } }]
}

export function reasonAfter({ reasonId }: Told, report: Report): Told {
  const told = report.reason === undefined ? reasonId : (report.reasonId ?? reasonId)
  return told === undefined ? {} : { reasonId: told }
}
