// The answer to a refresh: one document when all is known, or lines of JSON as servers answer. Who waits may go away, or
// lose the token that lets him; either ends the wait.
import type { FastifyReply, FastifyRequest } from 'fastify'
import { compareRecords } from '../changes/ordered-servers.ts'
import type { CollectorContext } from '../context.ts'
import type { RefreshDesk } from '../refresh/refresh-desk.ts'
import type { ServerRecord } from '../store/records.ts'
import { toRefreshItem, type RefreshAnswer, type RefreshItem, type RefreshOutcome } from '../views/refresh-view.ts'
import { isRequestStillAllowed } from './guards.ts'
import { ProblemError } from './problem.ts'
import { openRefreshStream } from './refresh-stream.ts'

export type AskedRefresh = { records: readonly ServerRecord[]; waitMs: number; scan: boolean }

/** What both kinds of answer come from; all of one request. */
export type RefreshCall = {
  ctx: CollectorContext
  desk: RefreshDesk
  request: FastifyRequest
  asked: AskedRefresh
  /** How often somebody who waits is told so, and a token is looked at that may be revoked. */
  signOfLifeMs: number
}

/** One document. Throws a problem when the token was revoked meanwhile. */
export async function answerWhole(call: RefreshCall, { raw }: FastifyReply): Promise<RefreshAnswer> {
  const { ctx, asked } = call
  const outcomes = new Map<string, RefreshOutcome>()
  const gone = new AbortController()
  raw.once('close', () => gone.abort())
  await waitFor(call, gone, (id, outcome) => outcomes.set(id, outcome))
  if (gone.signal.aborted) throw new ProblemError('unauthenticated')
  const items = asked.records
    .map(({ id }) => ctx.projection.get(id))
    .filter((record) => record !== null)
    .toSorted(compareRecords)
    .map((record) => itemOf(call, record, outcomes.get(record.id) ?? 'stopped'))
  return { total: items.length, answered: answeredIn(outcomes), items }
}

/** A line for each server as it is settled. Resolves when all is written, or nobody reads any more. */
export async function answerInLines(call: RefreshCall, reply: FastifyReply): Promise<void> {
  const { ctx, asked } = call
  const total = asked.records.length
  const { write, end, cut, gone } = openRefreshStream(reply)
  const outcomes = new Map<string, RefreshOutcome>()
  const settle = (id: string, outcome: RefreshOutcome) => {
    const record = ctx.projection.get(id)
    if (record === null || outcomes.has(id)) return
    outcomes.set(id, outcome)
    write({ type: 'server', ...itemOf(call, record, outcome) })
  }
  write({ type: 'begin', total })
  try {
    await waitFor(call, gone, settle, () => write({ type: 'waiting', total, settled: outcomes.size }))
    if (gone.signal.aborted) return cut()
    for (const { id } of asked.records) settle(id, 'stopped')
    write({ type: 'end', total, answered: answeredIn(outcomes) })
    end()
  } catch (err) {
    // The answer has begun, so nobody above could still say that something failed.
    ctx.log.error({ err, requestId: call.request.id }, 'a refresh failed; its answer is cut off')
    cut()
  }
}

/** `onLook`: called every now and then. Fires `gone` when the token was revoked meanwhile. */
async function waitFor(
  { ctx, desk, request, asked, signOfLifeMs }: RefreshCall,
  gone: AbortController,
  onSettled: (serverId: string, outcome: RefreshOutcome) => void,
  onLook: () => void = () => undefined,
): Promise<void> {
  const looks = setInterval(() => {
    if (isRequestStillAllowed(ctx, request, 'operator')) onLook()
    else gone.abort()
  }, signOfLifeMs)
  const serverIds = asked.records.map(({ id }) => id)
  try {
    await desk.run({ serverIds, scan: asked.scan, waitMs: asked.waitMs, signal: gone.signal }, onSettled)
  } finally {
    clearInterval(looks)
  }
}

function itemOf({ ctx, asked }: RefreshCall, record: ServerRecord, outcome: RefreshOutcome): RefreshItem {
  return toRefreshItem(record, outcome, ctx.projection.lastContactAt(record.id), asked.waitMs, ctx.clock.now())
}

function answeredIn(outcomes: ReadonlyMap<string, RefreshOutcome>): number {
  return [...outcomes.values()].filter((outcome) => outcome === 'answered').length
}
