// Does an agent run, and does the collector hear it?
import { formatDuration } from '../../shared/judgement/duration.ts'
import { HEARTBEAT_MS } from '../../shared/protocol/limits.ts'
import type { Standing } from '../delivery/delivery.ts'
import { readLiveStatus, type ResidentStatus } from '../files/status-file.ts'
import { fail, type Finding, ok, warn } from './doctor-finding.ts'

/** A collector calls a server late after this long, at the usual heartbeat. */
const LATE_MS = 4 * HEARTBEAT_MS

/** What is wrong with each standing, and what to do; null: nothing. */
export const TROUBLES = {
  starting: null,
  reporting: null,
  retrying: {
    says: 'the collector cannot be reached; the newest report is kept',
    fix: 'see "connection", "certificate" and "answer" above',
  },
  unauthorized: {
    says: 'the collector does not accept the credential',
    fix: 'if it was restored from an old backup, wait; else remove the credential and enrol anew',
  },
  refused: {
    says: 'the collector refuses the report',
    fix: 'is the agent newer than the collector? Upgrade the collector first',
  },
  conflict: { says: 'two live copies use this credential', fix: 'on the copy, remove the credential and enrol anew' },
  revoked: { says: 'this server was removed at the collector', fix: 'enrol it anew if it is to be watched again' },
} as const satisfies Readonly<Record<Standing, { says: string; fix: string } | null>>

export async function checkDelivery(statusPath: string, nowMs: number): Promise<Finding[]> {
  const resident = await readLiveStatus(statusPath)
  if (resident === null)
    return [fail('agent', 'no agent runs here', 'start it: systemctl start overdue-agent, or overdue-agent run')]
  const { pid } = resident.process
  return [ok('agent', `runs as process ${pid}, version ${resident.agentVersion}`), ...standingFindings(resident, nowMs)]
}

function standingFindings({ delivery }: ResidentStatus, nowMs: number): Finding[] {
  if (delivery === null) return [warn('delivery', 'nothing was sent yet', 'wait a moment and look again')]
  const trouble = TROUBLES[delivery.standing]
  const problem = delivery.problem === null ? '' : ` (${delivery.problem})`
  return [
    trouble === null ? ok('delivery', delivery.standing) : fail('delivery', `${trouble.says}${problem}`, trouble.fix),
    acknowledgement(delivery.acknowledged, nowMs),
  ]
}

function acknowledgement(last: NonNullable<ResidentStatus['delivery']>['acknowledged'], nowMs: number): Finding {
  if (last === null) return warn('acknowledged', 'nothing yet', 'wait a moment and look again')
  const ageMs = nowMs - Date.parse(last.at)
  const says = `report ${last.seq}, ${formatDuration(ageMs)} ago`
  return ageMs <= LATE_MS ? ok('acknowledged', says) : warn('acknowledged', says, 'see "delivery" above')
}
