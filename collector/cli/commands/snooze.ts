// overdue snooze SERVER|QUERY: somebody knows, and has said until when. Lists them, and ends them early, too.
import { paths } from '../../../shared/protocol/paths.ts'
import type { SnoozeItem } from '../../views/operators-view.ts'
import { collectorOf } from '../ask-collector.ts'
import { announced, chooseServers, isQuery, serverCount, type Chosen } from '../choose-servers.ts'
import { UsageError } from '../cli-error.ts'
import { ProblemAnswer } from '../client-errors.ts'
import type { Client } from '../client.ts'
import { CONNECTION_FLAGS, CONNECTION_HELP, isSet, JSON_FLAG, requireOneOf, text } from '../command.ts'
import type { Command, Flags } from '../command.ts'
import { EXIT, type Io } from '../io.ts'
import { printJson, printText, tell } from '../print.ts'
import { QUERY_HELP } from '../query-help.ts'
import { visible } from '../visible.ts'

type Snoozed = { items: SnoozeItem[]; skipped: Chosen[]; total: number }

export const snooze: Command = {
  help: `Examples
  overdue snooze web-03 --for 3d --reason "restarted with Friday's deploy"
  overdue snooze 'app:shop state:restart-required' --until 2026-12-04T08:00:00Z --reason "maintenance window"
  overdue snooze                      which servers are snoozed
  overdue snooze web-03 --end

A snoozed server keeps its state and its reasons and is not counted among those that need a person. The snooze ends at
its time, with the restart it was given for, and when a reason comes that it was not given for. One word is a server,
its id or exact name. A QUERY has a key in it, e.g. name:web-*. Servers that need nobody are skipped.

  --for TIME         how long, such as 4h or 3d; at most 90d
  --until TIME       or until when, such as 2026-12-04T08:00:00Z
  --reason TEXT      why, for whoever looks next
  --end              end it early
  --dry-run          say which, and do nothing
  --json             one JSON document
${CONNECTION_HELP}

${QUERY_HELP}

Exit: 1 when nothing was done because no server matches, or none needs anybody.`,
  flags: {
    ...CONNECTION_FLAGS,
    ...JSON_FLAG,
    for: { type: 'string' },
    until: { type: 'string' },
    reason: { type: 'string' },
    end: { type: 'boolean' },
    'dry-run': { type: 'boolean' },
  },
  wordsMax: 1,

  async run({ words, flags, io }) {
    const [which] = words
    if (which === undefined) return await listAll(flags, io)
    const wish = isSet(flags, 'end') ? null : readWish(flags)
    isQuery(which)
    const client = await collectorOf(flags, io)
    const chosen = await chooseServers(client, which, wish === null ? 'snoozed:yes' : '')
    await tell(io, chosen.length === 0 ? 'No server matches.' : announced(chosen))
    if (chosen.length === 0) return EXIT.failed
    if (isSet(flags, 'dry-run')) return EXIT.done
    return wish === null ? await end(client, chosen, flags, io) : await give(client, chosen, wish, flags, io)
  },
}

type Wish = { for?: string; until?: string; reason: string }

/** The collector looks at the times: its clock is the one that counts. Throws UsageError. */
function readWish(flags: Flags): Wish {
  const kind = requireOneOf(flags, ['for', 'until'])
  const reason = text(flags, 'reason')
  if (kind === null) throw new UsageError('Say how long: --for 3d, or --until 2026-12-04T08:00:00Z.')
  if (reason === null || reason.trim() === '')
    throw new UsageError('Say why: --reason TEXT. Whoever looks next reads it.')
  const time = text(flags, kind) ?? ''
  return kind === 'for' ? { for: time, reason } : { until: time, reason }
}

async function give(client: Client, chosen: readonly Chosen[], wish: Wish, flags: Flags, io: Io): Promise<number> {
  const body = JSON.stringify({ ...wish, servers: chosen.map(({ id }) => id) })
  const { value } = await client.send<Snoozed>({ method: 'POST', path: paths.snoozes(), body })
  if (isSet(flags, 'json')) await printJson(io, value)
  const { items, skipped } = value
  const until = items[0] === undefined ? '' : ` until ${timeText(items[0].until)}`
  if (items.length > 0) await tell(io, `Snoozed ${serverCount(items.length)}${until}.`)
  if (skipped.length > 0)
    await tell(io, `Nobody is needed there, so there is nothing to snooze: ${announced(skipped)}.`)
  return items.length === 0 ? EXIT.failed : EXIT.done
}

async function end(client: Client, chosen: readonly Chosen[], flags: Flags, io: Io): Promise<number> {
  const ended: Chosen[] = []
  for (const { id, name } of chosen) if (await endOne(client, id)) ended.push({ id, name })
  if (isSet(flags, 'json')) await printJson(io, { ended })
  await tell(io, ended.length === 0 ? 'It is not snoozed.' : `Ended the snooze of ${serverCount(ended.length)}.`)
  return ended.length === 0 ? EXIT.failed : EXIT.done
}

/** False: it was not snoozed (any more). */
async function endOne(client: Client, id: string): Promise<boolean> {
  try {
    await client.send({ method: 'DELETE', path: paths.snooze(id) })
    return true
  } catch (error) {
    if (error instanceof ProblemAnswer && error.status === 404) return false
    throw error
  }
}

async function listAll(flags: Flags, io: Io): Promise<number> {
  for (const name of ['for', 'until', 'reason', 'end'])
    if (flags[name] !== undefined)
      throw new UsageError(`--${name} needs to know which: overdue snooze SERVER, or a QUERY.`)
  const client = await collectorOf(flags, io)
  const { value } = await client.read<Snoozed>(paths.snoozes())
  if (isSet(flags, 'json')) await printJson(io, value)
  else if (value.items.length === 0) await tell(io, 'No server is snoozed.')
  else await printText(io, value.items.map(line).join('\n'))
  return EXIT.done
}

/** "until 2026-12-04 08:00 UTC  web-03  Anna: with Friday's deploy". */
function line({ name, until, by, reason }: SnoozeItem): string {
  return `until ${timeText(until)}  ${visible(name)}  ${visible(by)}: ${visible(reason)}`
}

function timeText(rfc3339: string): string {
  return `${rfc3339.slice(0, 16).replace('T', ' ')} UTC`
}
