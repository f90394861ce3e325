// overdue history
import { parseDuration } from '../../../shared/judgement/parse-policy.ts'
import { EVENT_TYPES } from '../../../shared/judgement/transition.ts'
import { nearest } from '../../../shared/nearest.ts'
import { paths } from '../../../shared/protocol/paths.ts'
import type { HistoryItem } from '../../views/history-view.ts'
import { collectorOf } from '../ask-collector.ts'
import { UsageError } from '../cli-error.ts'
import { CONNECTION_FLAGS, CONNECTION_HELP, count, requireOneOf, text, type Command, type Flags } from '../command.ts'
import { findServer } from '../find-server.ts'
import { historyLine, historyPlain } from '../history-text.ts'
import { EXIT } from '../io.ts'
import { collect, pagesOf } from '../pages.ts'
import { printList } from '../print-list.ts'
import { printText, tell } from '../print.ts'
import { QUERY_HELP } from '../query-help.ts'

const TABLE_LIMIT = 100

export const history: Command = {
  help: `Examples
  overdue history
  overdue history --server web-03 --since 30d
  overdue history 'app:shop' --type restart-required,restart-cleared --json

What happened, the newest first. With a QUERY, what happened to the servers that match now.

  --server SERVER    of one server: its id or its name
  --type A,B         ${EVENT_TYPES.join(' ')}
  --since 30d        not longer ago than this (s, m, h, d), or since this time (RFC 3339)
  --limit N          at most so many lines; people get ${TABLE_LIMIT}, --json and --plain all
  --plain            tab-separated: time, type, server id, name, application, cause, data
  --json             one JSON document: items, nextCursor, total
${CONNECTION_HELP}

${QUERY_HELP}`,
  flags: {
    ...CONNECTION_FLAGS,
    server: { type: 'string' },
    type: { type: 'string' },
    since: { type: 'string' },
    limit: { type: 'string' },
    plain: { type: 'boolean' },
    json: { type: 'boolean' },
  },
  wordsMax: 1,

  async run({ words, flags, io }) {
    const form = requireOneOf(flags, ['json', 'plain'])
    const limit = count(flags, 'limit') ?? (form === null ? TABLE_LIMIT : null)
    const type = readTypes(text(flags, 'type'))
    const since = readSince(flags)
    const client = await collectorOf(flags, io)
    const named = text(flags, 'server')
    const server = named === null ? null : (await findServer(client, named)).id
    const pages = pagesOf<HistoryItem>(client, paths.history(), { q: words[0], server, type, from: since }, limit)
    if (form === 'json') await printList(io, pages)
    else {
      const { items, nextCursor } = await collect(pages)
      if (items.length > 0) await printText(io, items.map(form === 'plain' ? historyPlain : historyLine).join('\n'))
      if (form === null && items.length === 0) await tell(io, 'Nothing happened that matches.')
      if (form === null && nextCursor !== null) await tell(io, `The newest ${items.length}; --limit shows more.`)
    }
    return EXIT.done
  },
}

/** As the collector takes them: comma-separated. */
export function readTypes(given: string | null): string | null {
  for (const word of given?.split(',') ?? []) {
    if (EVENT_TYPES.some((type) => type === word)) continue
    const guess = nearest(word, EVENT_TYPES)
    throw new UsageError(
      `--type: there is no "${word}"${guess === null ? '' : `; did you mean "${guess}"?`} Known: ${EVENT_TYPES.join(', ')}.`,
    )
  }
  return given
}

/** RFC 3339; null when not given. */
export function readSince(flags: Flags): string | null {
  const given = text(flags, 'since')
  if (given === null) return null
  const agoMs = parseDuration(given)
  if (agoMs !== null) return new Date(Date.now() - agoMs).toISOString()
  if (/^\d{4}-\d\d-\d\d/.test(given) && !Number.isNaN(Date.parse(given))) return new Date(given).toISOString()
  throw new UsageError(`--since ${given}: write how long ago, such as 30d, or a time such as 2026-11-01T00:00:00Z.`)
}
