// overdue export servers|history: everything, page by page, for files and other programs.
import { paths } from '../../../shared/protocol/paths.ts'
import type { HistoryItem } from '../../views/history-view.ts'
import type { ServerItem } from '../../views/server-view.ts'
import { collectorOf } from '../ask-collector.ts'
import { UsageError } from '../cli-error.ts'
import type { Client, Query } from '../client.ts'
import { CONNECTION_FLAGS, CONNECTION_HELP, text, type Command, type Flags } from '../command.ts'
import { copyBody } from '../copy-body.ts'
import { csvLine } from '../../views/csv.ts'
import { EXIT, type Io } from '../io.ts'
import { pagesOf } from '../pages.ts'
import { printList } from '../print-list.ts'
import { startProgress } from '../progress.ts'
import { QUERY_HELP } from '../query-help.ts'
import { visibleLines } from '../visible.ts'
import { readSince } from './history.ts'

export const exportAll: Command = {
  help: `Examples
  overdue export servers --format csv > servers.csv
  overdue export servers 'app:shop' --format json > shop.json
  overdue export history --format csv --since 90d > history.csv

Every server, or every line of history, that matches; without QUERY all. Times are UTC. Cells of CSV that a spreadsheet
would run as a formula begin with an apostrophe.

  --format csv|json
  --since 30d        history only: not longer ago than this, or since this time (RFC 3339)
  --json             the same as --format json
${CONNECTION_HELP}

${QUERY_HELP}`,
  flags: { ...CONNECTION_FLAGS, format: { type: 'string' }, since: { type: 'string' }, json: { type: 'boolean' } },
  wordsMax: 2,

  async run({ words, flags, io }) {
    const [what, q] = words
    if (what !== 'servers' && what !== 'history')
      throw new UsageError('Say what: overdue export servers|history --format csv|json.')
    const format = readFormat(flags)
    const from = readSince(flags)
    if (what === 'servers' && from !== null)
      throw new UsageError('--since is for history. For servers ask with a QUERY, such as older:30d.')
    const client = await collectorOf(flags, io)
    await EXPORTS[what][format](client, { q, from }, io)
    return EXIT.done
  },
}

type Exporter = (client: Client, query: Query, io: Io) => Promise<unknown>

const EXPORTS: Readonly<Record<'servers' | 'history', Readonly<Record<'csv' | 'json', Exporter>>>> = {
  servers: {
    csv: (client, { q }, io) => copyBody(client, { path: paths.serversCsv(), query: { q } }, io),
    json: (client, query, io) => printList(io, pagesOf<ServerItem>(client, paths.servers(), query, null)),
  },
  history: {
    csv: writeHistoryCsv,
    json: (client, query, io) => printList(io, pagesOf<HistoryItem>(client, paths.history(), query, null)),
  },
}

function readFormat(flags: Flags): 'csv' | 'json' {
  const format = flags['json'] === true ? 'json' : text(flags, 'format')
  if (format === 'csv' || format === 'json') return format
  throw new UsageError(
    `${format === null ? 'Say how' : `There is no --format ${format}`}: --format csv or --format json.`,
  )
}

const HISTORY_HEADING = ['time', 'type', 'cause', 'serverId', 'serverName', 'application', 'data']

async function writeHistoryCsv(client: Client, query: Query, io: Io): Promise<void> {
  const progress = startProgress(io, 'Reading')
  let written: number | null = null
  for await (const { items, total } of pagesOf<HistoryItem>(client, paths.history(), query, null)) {
    const heading = written === null ? csvLine(HISTORY_HEADING) : ''
    const rows = heading + items.map((item) => csvLine(historyCells(item))).join('')
    await io.out.write(io.out.isTerminal ? visibleLines(rows) : rows)
    written = (written ?? 0) + items.length
    await progress.update(written, total)
  }
  await progress.end()
}

function historyCells({ at, type, cause, serverId, serverName, application, data }: HistoryItem): string[] {
  return [at, type, cause ?? '', serverId, serverName, application ?? '', JSON.stringify(data)]
}
