// overdue forget SERVER|QUERY: servers that are gone leave the lists; their history stays. Says how many before it acts.
import { paths } from '../../../shared/protocol/paths.ts'
import { parseQuery, problemText } from '../../../shared/query/parse.ts'
import type { ServerDocument, ServerItem } from '../../views/server-view.ts'
import { collectorOf } from '../ask-collector.ts'
import { CliError, InterruptedError, UsageError } from '../cli-error.ts'
import { ProblemAnswer } from '../client-errors.ts'
import type { Client } from '../client.ts'
import { CONNECTION_FLAGS, CONNECTION_HELP, isSet, JSON_FLAG, type Command, type Flags } from '../command.ts'
import { findServer } from '../find-server.ts'
import { EXIT, type Io } from '../io.ts'
import { collect, pagesOf } from '../pages.ts'
import { printJson, tell } from '../print.ts'
import { startProgress } from '../progress.ts'
import { QUERY_HELP } from '../query-help.ts'
import { visible } from '../visible.ts'

const NAMES_SHOWN = 10

export const forget: Command = {
  help: `Examples
  overdue forget web-03
  overdue forget 'silent:>7d env:staging' --dry-run
  overdue forget 'silent:>7d env:staging' --yes

Removes servers that are gone: they leave the lists, their history stays, and their agents are not accepted any more.
One word is a server, its id or exact name. A QUERY has a key in it, e.g. name:web-*.

  --dry-run          say which, and do nothing
  --yes              do not ask
  --json             one JSON document: forgotten, failed
${CONNECTION_HELP}

${QUERY_HELP}

Exit: 7 when some of several could not be removed.`,
  flags: { ...CONNECTION_FLAGS, ...JSON_FLAG, 'dry-run': { type: 'boolean' }, yes: { type: 'boolean' } },
  wordsMax: 1,

  async run({ words, flags, io }) {
    const [which] = words
    if (which === undefined) throw new UsageError('Say which: overdue forget SERVER, or a QUERY.')
    const isAsked = isQuery(which)
    const client = await collectorOf(flags, io)
    const chosen = isAsked ? await matching(client, which) : [await single(client, which)]
    await tell(io, announcement(chosen))
    if (isSet(flags, 'dry-run')) {
      if (isSet(flags, 'json')) await printJson(io, { wouldForget: chosen.map(named) })
      return EXIT.done
    }
    if (chosen.length > 0) await requireConsent(chosen.length, flags, io)
    return await forgetAll(client, chosen, flags, io)
  },
}

/** A mistyped name must never become a search that fits half a fleet: a query is what has a key. */
function isQuery(text: string): boolean {
  const parsed = parseQuery(text)
  if (parsed.ok) return parsed.query.some(({ key }) => key !== 'text')
  if (/\s/.test(text)) throw new UsageError(problemText(parsed.problem))
  return false
}

type Chosen = Pick<ServerItem, 'id' | 'name'>

async function single(client: Client, which: string): Promise<Chosen> {
  const { id } = await findServer(client, which)
  return (await client.read<ServerDocument>(paths.server(id))).value
}

async function matching(client: Client, q: string): Promise<Chosen[]> {
  return (await collect(pagesOf<ServerItem>(client, paths.servers(), { q }, null))).items
}

function announcement(chosen: readonly Chosen[]): string {
  if (chosen.length === 0) return 'No server matches: nothing to forget.'
  const names = chosen.slice(0, NAMES_SHOWN).map(({ name }) => visible(name))
  const more = chosen.length > NAMES_SHOWN ? ` and ${(chosen.length - NAMES_SHOWN).toLocaleString('en')} more` : ''
  return `${serverCount(chosen.length)}: ${names.join(', ')}${more}`
}

async function requireConsent(count: number, flags: Flags, io: Io): Promise<void> {
  if (isSet(flags, 'yes')) return
  if (!io.input.isTerminal)
    throw new UsageError('Nobody is there to ask: give --yes, or --dry-run to see what would happen.')
  const answer = await io.input.ask(`Forget ${serverCount(count)}? [y/N] `, false)
  if (!/^y(es)?$/i.test(answer?.trim() ?? '')) throw new CliError('Nothing was forgotten.')
}

type Failed = { server: Chosen; error: CliError }

async function forgetAll(client: Client, chosen: readonly Chosen[], flags: Flags, io: Io): Promise<number> {
  const forgotten: Chosen[] = []
  const failed: Failed[] = []
  const progress = startProgress(io, 'Forgetting')
  for (const server of chosen) {
    const error = await forgetOne(
      client,
      server,
      `${forgotten.length} of ${chosen.length} servers are forgotten, the others are untouched`,
    )
    if (error === null) forgotten.push(server)
    else failed.push({ server, error })
    await progress.update(forgotten.length + failed.length, chosen.length)
  }
  await progress.end()
  if (isSet(flags, 'json'))
    await printJson(io, {
      forgotten: forgotten.map(named),
      failed: failed.map(({ server, error }) => ({ ...named(server), problem: error.document })),
    })
  for (const { server, error } of failed)
    await tell(io, `${visible(server.name)} (${server.id}): ${visible(error.message)}`)
  if (chosen.length > 0)
    await tell(
      io,
      `Forgot ${serverCount(forgotten.length)}${failed.length === 0 ? '' : `, ${failed.length} could not be`}.`,
    )
  const [first] = failed
  if (first === undefined) return EXIT.done
  return chosen.length === 1 ? first.error.exitCode : EXIT.someFailed
}

/** Null when it is gone, whoever did it. Throws what stops the whole: Ctrl-C, a token that may not do this. */
async function forgetOne(client: Client, { id }: Chosen, left: string): Promise<CliError | null> {
  try {
    await client.send({ method: 'DELETE', path: paths.server(id) })
    return null
  } catch (error) {
    if (error instanceof InterruptedError) throw new InterruptedError(left)
    if (error instanceof ProblemAnswer && (error.status === 404 || error.status === 410)) return null
    if (error instanceof CliError && error.exitCode !== EXIT.notAuthorised) return error
    throw error
  }
}

function named({ id, name }: Chosen): Chosen {
  return { id, name }
}

function serverCount(count: number): string {
  return `${count.toLocaleString('en')} ${count === 1 ? 'server' : 'servers'}`
}
