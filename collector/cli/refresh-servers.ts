// Asks the collector for a refresh and reads its lines as they come, so that somebody who waits sees how far it is.
import { byUrgency, type Ranked } from '../../shared/judgement/order.ts'
import { paths } from '../../shared/protocol/paths.ts'
import type { RefreshAnswer, RefreshItem, RefreshLine } from '../views/refresh-view.ts'
import type { ServerItem } from '../views/server-view.ts'
import { CliError } from './cli-error.ts'
import type { Client } from './client.ts'
import { EXIT, type Io } from './io.ts'
import { startProgress } from './progress.ts'

/** `wait`: a duration as the collector takes it; null: nobody waits. */
export type RefreshQuestion = { query: string; wait: string | null; scan: boolean }
/** `at`: the collector's clock, epoch ms. `isWhole`: false when the answer broke off. */
export type Refreshed = RefreshAnswer & { at: number; isWhole: boolean }

const DRAWN_EVERY_MS = 500

/** Rejects with ProblemAnswer when the collector says no, UnreachableError when it does not answer at all. */
export async function refreshServers(client: Client, question: RefreshQuestion, io: Io): Promise<Refreshed> {
  const { query, wait, scan } = question
  const body = JSON.stringify({ query, scan, ...(wait === null ? {} : { wait }) })
  const headers = { accept: 'application/x-ndjson, application/problem+json;q=0.9' }
  const response = await client.open({ method: 'POST', path: paths.refresh(), body, headers })
  const startedMs = performance.now()
  const date = Date.parse(response.headers.date ?? '')
  const read = await readLines(linesOf(client.chunks(response)), io)
  const at = (Number.isNaN(date) ? Date.now() : date) + (performance.now() - startedMs)
  return { ...read, items: read.items.toSorted(byOutcomeAndUrgency), at }
}

async function readLines(lines: AsyncIterable<RefreshLine>, io: Io): Promise<RefreshAnswer & { isWhole: boolean }> {
  const progress = startProgress(io, 'Done with', false)
  const items: RefreshItem[] = []
  let total = 0
  let isWhole = false
  const drawn = setInterval(() => void progress.update(items.length, total), DRAWN_EVERY_MS)
  try {
    for await (const line of lines) {
      if (line.type === 'begin') total = line.total
      if (line.type === 'server') items.push(itemIn(line))
      if (line.type === 'end') isWhole = true
    }
  } catch (error) {
    // What came is true, and worth showing.
    if (!(error instanceof CliError) || error.exitCode !== EXIT.unreachable || items.length === 0) throw error
  } finally {
    clearInterval(drawn)
    await progress.end()
  }
  return { total, answered: items.filter(({ outcome }) => outcome === 'answered').length, items, isWhole }
}

function itemIn({ id, name, outcome, why, server }: RefreshItem): RefreshItem {
  return { id, name, outcome, why, server }
}

async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<RefreshLine> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of chunks) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) yield parsed(line)
  }
}

function parsed(line: string): RefreshLine {
  try {
    return JSON.parse(line) as RefreshLine
  } catch {
    throw new CliError('The collector answered something that is no line of JSON. Is it an Overdue collector?')
  }
}

/** Fresh verdicts first, those that need a person on top; then who did not answer, by name. */
function byOutcomeAndUrgency(a: RefreshItem, b: RefreshItem): number {
  if (a.server !== null && b.server !== null) return byUrgency(rankedOf(a.server), rankedOf(b.server))
  if (a.server !== null || b.server !== null) return a.server === null ? 1 : -1
  return a.name < b.name ? -1 : 1
}

function rankedOf(server: ServerItem): Ranked {
  const since = server.since === null ? null : Date.parse(server.since)
  return { verdict: { ...server, since }, name: server.name, id: server.id }
}
