// overdue forget SERVER|QUERY: servers that are gone leave the lists; their history stays. Says how many before it acts.
import { collectorOf } from '../ask-collector.ts'
import { announced, chooseServers, isQuery, serverCount, type Chosen } from '../choose-servers.ts'
import { CliError, UsageError } from '../cli-error.ts'
import { CONNECTION_FLAGS, CONNECTION_HELP, isSet, JSON_FLAG, type Command, type Flags } from '../command.ts'
import { forgetServers, type Forgotten } from '../forget-servers.ts'
import { EXIT, type Io } from '../io.ts'
import { printJson, tell } from '../print.ts'
import { QUERY_HELP } from '../query-help.ts'
import { visible } from '../visible.ts'

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

Exit: 7 when some of several could not be removed; when none could, the code of the reason.`,
  flags: { ...CONNECTION_FLAGS, ...JSON_FLAG, 'dry-run': { type: 'boolean' }, yes: { type: 'boolean' } },
  wordsMax: 1,

  async run({ words, flags, io }) {
    const [which] = words
    if (which === undefined) throw new UsageError('Say which: overdue forget SERVER, or a QUERY.')
    isQuery(which)
    const client = await collectorOf(flags, io)
    const chosen = await chooseServers(client, which)
    await tell(io, chosen.length === 0 ? 'No server matches: nothing to forget.' : announced(chosen))
    if (isSet(flags, 'dry-run')) {
      if (isSet(flags, 'json')) await printJson(io, { wouldForget: chosen.map(named) })
      return EXIT.done
    }
    if (chosen.length > 0) await requireConsent(chosen.length, flags, io)
    return chosen.length === 0
      ? await nothing(flags, io)
      : await report(await forgetServers(client, chosen, io), flags, io)
  },
}

async function requireConsent(count: number, flags: Flags, io: Io): Promise<void> {
  if (isSet(flags, 'yes')) return
  if (!io.input.isTerminal)
    throw new UsageError('Nobody is there to ask: give --yes, or --dry-run to see what would happen.')
  const answer = await io.input.ask(`Forget ${serverCount(count)}? [y/N] `, false)
  if (!/^y(es)?$/i.test(answer?.trim() ?? '')) throw new CliError('Nothing was forgotten.')
}

async function nothing(flags: Flags, io: Io): Promise<number> {
  if (isSet(flags, 'json')) await printJson(io, { forgotten: [], failed: [] })
  return EXIT.done
}

async function report(result: Forgotten, flags: Flags, io: Io): Promise<number> {
  const { forgotten, failed, untried } = result
  if (isSet(flags, 'json')) await printJson(io, documentOf(result))
  for (const { server, error } of failed)
    await tell(io, `${visible(server.name)} (${server.id}): ${visible(error.message)}`)
  if (untried !== null)
    await tell(io, `Stopped with ${serverCount(untried.servers.length)} left: ${visible(untried.error.message)}`)
  const left = failed.length + (untried?.servers.length ?? 0)
  await tell(
    io,
    `Forgot ${serverCount(forgotten.length)}${left === 0 ? '' : `, ${left.toLocaleString('en')} could not be`}.`,
  )
  return exitCodeOf(result)
}

function documentOf({ forgotten, failed, untried }: Forgotten) {
  const left = [...failed, ...(untried?.servers ?? []).map((server) => ({ server, error: untried?.error }))]
  return {
    forgotten: forgotten.map(named),
    failed: left.map(({ server, error }) => ({ ...named(server), problem: error?.document ?? null })),
  }
}

/** Where nothing could be done the reason counts; some of several is a code of its own. */
function exitCodeOf({ forgotten, failed, untried }: Forgotten): number {
  const error = failed[0]?.error ?? untried?.error
  if (error === undefined) return EXIT.done
  return forgotten.length === 0 ? error.exitCode : EXIT.someFailed
}

function named({ id, name }: Chosen): Chosen {
  return { id, name }
}
