// overdue list [QUERY]: servers, those that need a person first.
import { paths } from '../../../shared/protocol/paths.ts'
import type { ServerItem } from '../../views/server-view.ts'
import { collectorOf } from '../ask-collector.ts'
import { UsageError } from '../cli-error.ts'
import {
  CONNECTION_FLAGS,
  CONNECTION_HELP,
  count,
  isSet,
  requireOneOf,
  text,
  type Command,
  type Flags,
} from '../command.ts'
import { copyBody } from '../copy-body.ts'
import { EXIT, type Io } from '../io.ts'
import { collect, pagesOf, type Page } from '../pages.ts'
import { emphasisOf, printText, tell } from '../print.ts'
import { QUERY_HELP } from '../query-help.ts'
import { COLUMN_NAMES, readColumnNames, serverColumns } from '../server-columns.ts'
import { plainLines, table, type Column } from '../table.ts'
import { watch } from '../watch.ts'
import { printList } from '../print-list.ts'

const TABLE_LIMIT = 100

export const list: Command = {
  help: `Examples
  overdue list
  overdue list 'state:restart-required exposure:exposed'
  overdue list 'app:shop -env:prod older:14d' --columns server,since,why
  overdue list 'reason:stale' --plain | cut -f3
  overdue list 'app:shop state:restart-required' --exit-code && echo nothing to do

${QUERY_HELP}

  --limit N          at most so many servers; a table shows ${TABLE_LIMIT}, everything else all that match
  --columns A,B,..   ${COLUMN_NAMES.join(' ')}
  --plain            tab-separated, no heading, nothing shortened
  --csv              as the collector writes it: every column, every server that matches
  --json             one JSON document: items, nextCursor, total
  --watch            again whenever something changes, until Ctrl-C
  --exit-code        exit 1 when any server matches
${CONNECTION_HELP}`,
  flags: {
    ...CONNECTION_FLAGS,
    limit: { type: 'string' },
    columns: { type: 'string' },
    plain: { type: 'boolean' },
    csv: { type: 'boolean' },
    json: { type: 'boolean' },
    watch: { type: 'boolean' },
    'exit-code': { type: 'boolean' },
    'no-color': { type: 'boolean' },
  },
  wordsMax: 1,

  async run({ words, flags, io }) {
    const form = requireOneOf(flags, ['json', 'csv', 'plain'])
    const columns = readColumnNames(text(flags, 'columns'))
    const limit = count(flags, 'limit')
    if (form === 'csv') requireNone(flags, ['limit', 'columns', 'watch', 'exit-code'])
    const client = await collectorOf(flags, io)
    const query = { q: words[0] }
    if (form === 'csv') {
      await copyBody(client, { path: paths.serversCsv(), query }, io)
      return EXIT.done
    }
    const show = async (): Promise<number> => {
      const pages = pagesOf<ServerItem>(client, paths.servers(), query, limit ?? (form === null ? TABLE_LIMIT : null))
      if (form === 'json') return await printList(io, pages)
      const page = await collect(pages)
      const shown = serverColumns(columns, page.at)
      if (form === null) await printTable(page, shown, flags, io)
      else if (page.items.length > 0) await printText(io, plainLines(shown, page.items).join('\n'))
      return page.total ?? page.items.length
    }
    const matching = isSet(flags, 'watch') ? await watch(client, io, show) : await show()
    return isSet(flags, 'exit-code') && matching > 0 ? EXIT.failed : EXIT.done
  },
}

async function printTable(page: Page<ServerItem>, columns: Column<ServerItem>[], flags: Flags, io: Io): Promise<void> {
  const { items, total, nextCursor } = page
  if (items.length === 0) return await tell(io, 'No server matches.')
  await printText(io, table(columns, items, { width: io.out.width, heading: emphasisOf(io, flags) }))
  const of = total === null || total === items.length ? '' : ` of ${total.toLocaleString('en')}`
  const more = nextCursor === null ? '' : `; --limit shows more`
  await tell(
    io,
    `${items.length.toLocaleString('en')}${of} ${items.length === 1 && of === '' ? 'server' : 'servers'}${more}.`,
  )
}

function requireNone(flags: Flags, names: readonly string[]): void {
  const given = names.find((name) => flags[name] !== undefined)
  if (given !== undefined)
    throw new UsageError(`--csv is the collector's own table of all that matches: leave --${given} out.`)
}
