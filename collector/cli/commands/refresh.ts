// overdue refresh QUERY: servers look at themselves now; with --wait, their fresh verdicts and who brought none.
import { parseDuration } from '../../../shared/judgement/parse-policy.ts'
import { collectorOf } from '../ask-collector.ts'
import { CliError, UsageError } from '../cli-error.ts'
import { CONNECTION_FLAGS, CONNECTION_HELP, isSet, JSON_FLAG, text, type Command, type Flags } from '../command.ts'
import { EXIT, type Io } from '../io.ts'
import { emphasisOf, printJson, printText, tell } from '../print.ts'
import { QUERY_HELP } from '../query-help.ts'
import { refreshServers, type Refreshed } from '../refresh-servers.ts'
import { readColumnNames, serverColumns } from '../server-columns.ts'
import { table } from '../table.ts'
import { visible } from '../visible.ts'

const WAIT_IMPLIED = '30s'
/** More reasons than this on a terminal help nobody; --json has them all. */
const MISSING_SHOWN = 10

export const refresh: Command = {
  help: `Examples
  overdue refresh 'app:shop' --wait
  overdue refresh web-03 --wait=2m --scan
  overdue refresh 'app:shop env:prod' --wait --json | jq -r '.items[] | select(.server == null) | .name'
  overdue refresh '*'

Asks the servers that QUERY selects to look at themselves now and to report. With --wait it prints their fresh verdicts,
those that need a person first, and says who did not answer and why. Without, it asks and goes.

  --wait[=TIME]      wait for the answers: ${WAIT_IMPLIED}, or a TIME such as 10s or 2m, at most 5m
  --scan             the one-shot scans (firewall, processes, inventory; updates without waiting for it) too, where a host has them
  --json             one JSON document: total, answered, items
${CONNECTION_HELP}

${QUERY_HELP}

Exit: 0 when all answered, or nobody was to wait; 7 when some did not answer; 6 when none did; 1 when QUERY selects nobody.`,
  flags: {
    ...CONNECTION_FLAGS,
    ...JSON_FLAG,
    wait: { type: 'string' },
    scan: { type: 'boolean' },
    'no-color': { type: 'boolean' },
  },
  impliedDurations: { wait: WAIT_IMPLIED },
  wordsMax: 1,

  async run({ words, flags, io }) {
    const question = { query: readQuery(words[0]), wait: readWait(flags), scan: isSet(flags, 'scan') }
    const client = await collectorOf(flags, io)
    const refreshed = await refreshServers(client, question, io)
    if (isSet(flags, 'json')) await printDocument(refreshed, io)
    else await printVerdicts(refreshed, flags, io)
    await tellMissing(refreshed, question.wait !== null, io)
    return exitCodeOf(refreshed, question.wait !== null)
  },
}

/** An unset variable must not become the whole fleet. */
function readQuery(word: string | undefined): string {
  if (word !== undefined && word.trim() !== '') return word
  throw new UsageError("Say which: overdue refresh QUERY. '*' is all servers.")
}

function readWait(flags: Flags): string | null {
  const given = text(flags, 'wait')
  if (given === null || parseDuration(given) !== null) return given
  throw new UsageError(`--wait ${given}: write a duration such as 10s or 2m, at most 5m.`)
}

async function printDocument({ total, answered, items }: Refreshed, io: Io): Promise<void> {
  await printJson(io, { total, answered, items })
}

async function printVerdicts({ items, at }: Refreshed, flags: Flags, io: Io): Promise<void> {
  const servers = items.flatMap(({ server }) => (server === null ? [] : [server]))
  if (servers.length === 0) return
  const columns = serverColumns(readColumnNames(null), at)
  await printText(io, table(columns, servers, { width: io.out.width, heading: emphasisOf(io, flags) }))
}

async function tellMissing({ total, answered, items }: Refreshed, isWaited: boolean, io: Io): Promise<void> {
  const missing = items.filter(({ why }) => why !== null)
  for (const { name, outcome, why } of missing.slice(0, MISSING_SHOWN))
    await tell(io, `${visible(name)}: ${outcome}. ${visible(why ?? '')}`)
  if (missing.length > MISSING_SHOWN)
    await tell(io, `... and ${(missing.length - MISSING_SHOWN).toLocaleString('en')} more; --json names them all.`)
  if (total === 0) return await tell(io, 'No active server matches.')
  const of = `${total.toLocaleString('en')} ${total === 1 ? 'server' : 'servers'}`
  await tell(io, isWaited ? `${answered.toLocaleString('en')} of ${of} answered.` : `Asked ${of}.`)
}

function exitCodeOf({ total, answered, isWhole }: Refreshed, isWaited: boolean): number {
  if (!isWhole) throw new CliError('The answer broke off before all servers were done.', EXIT.unreachable)
  if (total === 0) return EXIT.failed
  if (!isWaited || answered === total) return EXIT.done
  return answered === 0 ? EXIT.timedOut : EXIT.someFailed
}
