// overdue tail [QUERY]: history as it is made. The event stream wakes, the history is read: so a line that was missed
// while the connection was down is told too, and a query means what it means everywhere.
import { paths } from '../../../shared/protocol/paths.ts'
import type { HistoryItem } from '../../views/history-view.ts'
import { collectorOf } from '../ask-collector.ts'
import type { Client, Query } from '../client.ts'
import { CONNECTION_FLAGS, CONNECTION_HELP, isSet, JSON_FLAG, text, type Command } from '../command.ts'
import { historyLine } from '../history-text.ts'
import { EXIT } from '../io.ts'
import { pagesOf } from '../pages.ts'
import { printText, tell } from '../print.ts'
import { safeJson } from '../visible.ts'
import { Wakeups } from '../wakeups.ts'
import { readTypes } from './history.ts'

/** Beside the events: nothing is lost if one is. */
const LOOK_MS = 60_000
/** More lines than this rarely wait. */
const AT_ONCE = 50
/** The collector's clock may be set back between two lines. */
const CLOCK_SLACK_MS = 3_600_000

export const tail: Command = {
  help: `Examples
  overdue tail
  overdue tail 'app:shop' --type restart-required,restart-cleared
  overdue tail --json | jq -r .serverName

What happens, as it happens, until Ctrl-C. Lines missed while the connection was down are told when it is back.

  --type A,B         only these events; "overdue help history" lists them
  --json             one JSON document per line
${CONNECTION_HELP}`,
  flags: { ...CONNECTION_FLAGS, ...JSON_FLAG, type: { type: 'string' } },
  wordsMax: 1,

  async run({ words, flags, io }) {
    const query: Query = { q: words[0], type: readTypes(text(flags, 'type')) }
    const client = await collectorOf(flags, io)
    const format = isSet(flags, 'json') ? (item: HistoryItem) => safeJson(item) : historyLine
    let last = await newest(client)
    await tell(io, `Following ${client.url}. Ctrl-C ends this.`)
    const wakeups = new Wakeups(client, io, ['history'])
    while (!io.interrupted.aborted) {
      const fresh = await wakeups.orAskAgain(() => newerThan(client, query, last))
      for (const item of fresh ?? []) await printText(io, format(item))
      last = fresh?.at(-1) ?? last
      await wakeups.next(LOOK_MS)
    }
    return EXIT.interrupted
  },
}

type Place = Pick<HistoryItem, 'id' | 'at'>

async function newest(client: Client): Promise<Place | null> {
  const { value } = await client.read<{ items: HistoryItem[] }>(paths.history(), { limit: 1 })
  return value.items[0] ?? null
}

/** Oldest first. */
async function newerThan(client: Client, query: Query, last: Place | null): Promise<HistoryItem[]> {
  const found: HistoryItem[] = []
  // Ids tell what is new; the time only keeps a query that fits nothing from searching all of history.
  const from = last === null ? null : new Date(Date.parse(last.at) - CLOCK_SLACK_MS).toISOString()
  for await (const { items } of pagesOf<HistoryItem>(client, paths.history(), { ...query, from }, null, AT_ONCE)) {
    const fresh = items.filter(({ id }) => id > (last?.id ?? 0))
    found.push(...fresh)
    if (fresh.length < items.length) break
  }
  return found.toReversed()
}
