// One line when the agent's standing with its collector changes, none while it stays.
import type { DeliveryState, Standing } from './delivery.ts'
import type { Log } from '../logger.ts'
import type { SendResult } from './send-result.ts'

type Line = { level: keyof Log; message: string }

const LINES: Readonly<Record<Standing, Line>> = {
  starting: { level: 'info', message: 'starting to report' },
  reporting: { level: 'info', message: 'the collector takes our reports' },
  retrying: { level: 'warn', message: 'the collector cannot be reached; trying again until it can' },
  unauthorized: {
    level: 'error',
    message:
      'the collector does not accept our credential; keeping it and trying again, never enrolling anew by ourselves',
  },
  refused: {
    level: 'error',
    message: 'the collector refuses this report; sending heartbeats until the report changes',
  },
  conflict: {
    level: 'error',
    message: 'two live copies use our credential; remove the credential of the copy and enrol it anew',
  },
  revoked: { level: 'error', message: 'this server was removed at the collector; no longer reporting, still watching' },
}

/** `because` says what the last answer was. */
export function logStanding(
  log: Log,
  before: DeliveryState,
  after: DeliveryState,
  because: { problem: string | null; outcome: SendResult['kind'] },
): void {
  if (before.standing !== after.standing) {
    const { level, message } = LINES[after.standing]
    log[level](because.problem === null ? {} : { problem: because.problem }, message)
  }
  if (after.hold.askMs < before.hold.askMs) {
    log.info({ holdMs: after.hold.askMs }, 'answers are cut off on the way; asking for shorter waits')
  }
  if (before.instance !== after.instance) log.warn({}, 'the collector asked for a new process identity')
  if (before.epoch !== null && before.epoch !== after.epoch) {
    log.info({ epoch: after.epoch }, 'the collector has another store; sending everything again')
  }
}
