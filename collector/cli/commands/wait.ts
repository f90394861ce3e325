// overdue wait SERVER --for restarted|cleared|reported: ends when that is so, or when the time is over.
import { parseDuration } from '../../../shared/judgement/parse-policy.ts'
import { nearest } from '../../../shared/nearest.ts'
import { collectorOf } from '../ask-collector.ts'
import { UsageError } from '../cli-error.ts'
import { CONNECTION_FLAGS, CONNECTION_HELP, isSet, JSON_FLAG, text, type Command, type Flags } from '../command.ts'
import { findServer } from '../find-server.ts'
import { EXIT } from '../io.ts'
import { printJson, printText } from '../print.ts'
import { visible } from '../visible.ts'
import { WAIT_GOALS, type WaitGoal } from '../wait-goals.ts'
import { waitFor } from '../wait-for.ts'

const TIMEOUT = '10m'

export const wait: Command = {
  help: `Examples
  overdue wait web-03 --for restarted
  ssh web-03 sudo reboot; overdue wait web-03 --for restarted --since 2m && overdue show web-03
  overdue wait web-03 --for cleared --timeout 1h

Waits until it is so, and prints what the server is like then. What is so already is not waited for.

  --for GOAL         restarted: it runs another boot than when this began
                     cleared: no restart is required any more, or none was
                     reported: a report or heartbeat came after this began; "overdue refresh" asks for one
  --since TIME       restarted, reported: counts what happened that long ago, such as 2m, or since a time such as
                     2026-11-01T00:00:00Z
  --timeout TIME     give up after it; ${TIMEOUT} unless given
  --json             the server as one JSON document
${CONNECTION_HELP}

Exit: 0 when it is so, 6 when the time is over, 1 when the server is removed.`,
  flags: {
    ...CONNECTION_FLAGS,
    ...JSON_FLAG,
    for: { type: 'string' },
    since: { type: 'string' },
    timeout: { type: 'string' },
  },
  wordsMax: 1,

  async run({ words, flags, io }) {
    const [which] = words
    if (which === undefined) throw new UsageError(`Say which: overdue wait SERVER --for ${WAIT_GOALS.join('|')}.`)
    const goal = readGoal(text(flags, 'for'))
    const since = readSince(flags, goal)
    const timeoutMs = readTimeout(text(flags, 'timeout') ?? TIMEOUT)
    const client = await collectorOf(flags, io)
    const { id } = await findServer(client, which)
    const server = await waitFor(client, { id, goal, since, timeoutMs }, io)
    if (isSet(flags, 'json')) await printJson(io, server)
    else await printText(io, `${visible(server.name)}: ${visible(server.headline)}`)
    return EXIT.done
  },
}

function readGoal(given: string | null): WaitGoal {
  const goal = WAIT_GOALS.find((one) => one === given)
  if (goal !== undefined) return goal
  if (given === null) throw new UsageError(`Say what for: --for ${WAIT_GOALS.join('|')}.`)
  const guess = nearest(given, WAIT_GOALS)
  throw new UsageError(
    `--for ${given}: ${guess === null ? '' : `did you mean "${guess}"? `}Known: ${WAIT_GOALS.join(', ')}.`,
  )
}

function readTimeout(given: string): number {
  const ms = parseDuration(given)
  if (ms !== null) return ms
  throw new UsageError(`--timeout ${given}: write a duration such as 90s, 10m or 2h.`)
}

/** How long before the command began, or since when; null: since it began. */
function readSince(flags: Flags, goal: WaitGoal): { agoMs: number } | { at: number } | null {
  const given = text(flags, 'since')
  if (given === null) return null
  if (goal === 'cleared') throw new UsageError('--since is for restarted and reported: what is clear now is clear.')
  const agoMs = parseDuration(given)
  if (agoMs !== null) return { agoMs }
  const at = /^\d{4}-\d\d-\d\d/.test(given) ? Date.parse(given) : Number.NaN
  if (!Number.isNaN(at)) return { at }
  throw new UsageError(`--since ${given}: write how long ago, such as 2m, or a time such as 2026-11-01T00:00:00Z.`)
}
