// Looks at one server until something is so. The event stream wakes; a look every few seconds stands behind it, since a
// heartbeat that changes nothing is no event. A collector that goes away meanwhile is waited for, too.
import { formatDuration } from '../../shared/judgement/duration.ts'
import { paths } from '../../shared/protocol/paths.ts'
import type { ServerDocument } from '../views/server-view.ts'
import { CliError } from './cli-error.ts'
import type { Client } from './client.ts'
import { canMoveCursor, EXIT, type Io } from './io.ts'
import { tell } from './print.ts'
import { visible } from './visible.ts'
import { GOAL_WORDS, isReached, type WaitGoal } from './wait-goals.ts'
import { Wakeups } from './wakeups.ts'

export type WaitOrder = {
  id: string
  goal: WaitGoal
  since: { agoMs: number } | { at: number } | null
  timeoutMs: number
}

const LOOK_MS = 3_000
/** A question must not outlast the wait by much. */
const ANSWER_MS_MIN = 2_000
const ANSWER_MS_MAX = 30_000

/** The server when it is so. Throws CliError: time over, server removed, or what the collector says. */
export async function waitFor(client: Client, order: WaitOrder, io: Io): Promise<ServerDocument> {
  const { id, goal, timeoutMs } = order
  const endsMs = performance.now() + timeoutMs
  const { value: first, at } = await look(client, id, ANSWER_MS_MAX)
  const sinceMs = sinceOf(order, at)
  let now = first
  if (isReached(goal, first, now, sinceMs)) return now
  await tell(io, `Waiting ${formatDuration(timeoutMs)} at most for ${visible(now.name)} ${GOAL_WORDS[goal].toBe}.`)
  const wakeups = new Wakeups(client, io, ['server.changed'], ({ data }) => data.includes(id))
  for (let leftMs = endsMs - performance.now(); leftMs > 0; leftMs = endsMs - performance.now()) {
    await draw(io, now, timeoutMs - leftMs)
    await wakeups.next(Math.min(LOOK_MS, leftMs))
    now = (await lookIfThere(client, id, endsMs - performance.now())) ?? now
    if (!isReached(goal, first, now, sinceMs)) continue
    await clear(io)
    return now
  }
  await clear(io)
  const { name, reporting, headline } = now
  throw new CliError(
    `${visible(name)} ${GOAL_WORDS[goal].wasNot} within ${formatDuration(timeoutMs)}. It is ${reporting}: ${visible(headline)}`,
    EXIT.timedOut,
  )
}

/** `at`: the collector's clock when the command began, epoch ms. */
function sinceOf({ since }: WaitOrder, at: number): number | null {
  if (since === null) return null
  return 'at' in since ? since.at : at - since.agoMs
}

async function look(client: Client, id: string, leftMs: number): Promise<{ value: ServerDocument; at: number }> {
  const silenceMsMax = Math.min(ANSWER_MS_MAX, Math.max(ANSWER_MS_MIN, leftMs))
  const answer = await client.send<ServerDocument>({ path: paths.server(id), silenceMsMax })
  if (answer.value.lifecycle === 'removed') throw new CliError(`${visible(answer.value.name)} was removed.`)
  return answer
}

/** Null while the collector cannot be reached; the event stream says so when it breaks off. */
async function lookIfThere(client: Client, id: string, leftMs: number): Promise<ServerDocument | null> {
  try {
    return (await look(client, id, leftMs)).value
  } catch (error) {
    if (error instanceof CliError && error.exitCode === EXIT.unreachable) return null
    throw error
  }
}

async function draw(io: Io, { name, reporting, state }: ServerDocument, spentMs: number): Promise<void> {
  if (!canMoveCursor(io, io.err)) return
  await io.err.write(`\r\u001b[K${visible(name)} is ${reporting}, ${state}; waited ${formatDuration(spentMs)}`)
}

async function clear(io: Io): Promise<void> {
  if (canMoveCursor(io, io.err)) await io.err.write('\r\u001b[K')
}
