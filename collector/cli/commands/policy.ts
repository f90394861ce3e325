// overdue policy show|preview|set: when a pending restart becomes stale, and when a server counts as silent.
import type { ParseArgsOptionsConfig } from 'node:util'
import { PRESETS } from '../../../shared/judgement/policy.ts'
import { nearest } from '../../../shared/nearest.ts'
import { paths } from '../../../shared/protocol/paths.ts'
import { collectorOf } from '../ask-collector.ts'
import { CliError, UsageError } from '../cli-error.ts'
import type { Client } from '../client.ts'
import { CONNECTION_FLAGS, CONNECTION_HELP, isSet, JSON_FLAG, text, type Command, type Flags } from '../command.ts'
import { EXIT, type Io } from '../io.ts'
import { hasChange, isReset, POLICY_FLAGS, policyBody } from '../policy-flags.ts'
import { changesText, policyLines, policyText, type PolicyAnswer, type PolicyDocument } from '../policy-text.ts'
import { printJson, printText, tell } from '../print.ts'

const VERBS = ['show', 'preview', 'set'] as const
type Verb = (typeof VERBS)[number]

const FLAGS = {
  ...CONNECTION_FLAGS,
  ...JSON_FLAG,
  ...POLICY_FLAGS,
  yes: { type: 'boolean' },
} as const satisfies ParseArgsOptionsConfig

export const policy: Command = {
  help: `Examples
  overdue policy show
  overdue policy preview --preset cyber-essentials
  overdue policy set --exposed-days 7 --silent-after 30m
  overdue policy set --app shop --unknown-exposure-counts true
  overdue policy set --app shop --preset essential-eight
  overdue policy set --app shop --as-fleet

When a pending restart becomes stale, and when a server counts as silent. "preview" says what would change and changes
nothing; "set" says it too, and asks. What no flag names stays as it is.

  --preset NAME      ${Object.keys(PRESETS).join(' ')}
  --exposed-days N  --otherwise-days N
                     days a restart may be pending where anyone can reach the server, and elsewhere
  --known-exploited-exposed-days N  --known-exploited-otherwise-days N
                     the same where the restart fixes what is known to be exploited; the shorter counts
  --unknown-exposure-counts true|false
                     does exposure "unknown" promote like "exposed"?
  --outdated-service-counts true|false
                     does a service promote its server that runs replaced code at an exposed port?
  --silent-after 15m  --forget-silent-after 14d
                     of the whole fleet only
  --app NAME         of one application, not of the fleet
  --as-fleet         with --app: nothing of its own any more
  --yes              do not ask
  --json             one JSON document
${CONNECTION_HELP}`,
  flags: FLAGS,
  wordsMax: 1,

  async run({ words, flags, io }) {
    const verb = requireVerb(words[0])
    if (verb === 'show' && hasChange(flags))
      throw new UsageError('"policy show" changes nothing: use "policy preview" or "policy set".')
    if (verb !== 'show' && !hasChange(flags))
      throw new UsageError(`Say what to change, e.g. overdue policy ${verb} --exposed-days 7.`)
    const client = await collectorOf(flags, io)
    const { value: current } = await client.read<PolicyDocument>(paths.policy())
    if (verb === 'show') {
      await (isSet(flags, 'json') ? printJson(io, current) : printText(io, policyText(current, io.out.width)))
      return EXIT.done
    }
    const change = changeOf(current, flags)
    const preview = await send(client, change, true)
    if (verb === 'set') return await apply(client, change, preview, flags, io)
    await (isSet(flags, 'json') ? printJson(io, preview) : printText(io, explained(preview)))
    return EXIT.done
  },
}

function requireVerb(given: string | undefined): Verb {
  const verb = VERBS.find((known) => known === given)
  if (verb !== undefined) return verb
  const guess = given === undefined ? null : nearest(given, VERBS)
  throw new UsageError(
    `Say what to do: overdue policy ${VERBS.join('|')}.${guess === null ? '' : ` Did you mean "${guess}"?`}`,
  )
}

type Change = { method: 'PUT' | 'DELETE'; path: string; body?: string }

function changeOf({ policy: current }: PolicyDocument, flags: Flags): Change {
  const app = text(flags, 'app')
  if (isReset(flags) && app !== null) return { method: 'DELETE', path: paths.applicationPolicy(app) }
  const path = app === null ? paths.policy() : paths.applicationPolicy(app)
  return { method: 'PUT', path, body: JSON.stringify(policyBody(current, flags)) }
}

async function send(client: Client, change: Change, isPreview: boolean): Promise<PolicyAnswer> {
  return (await client.send<PolicyAnswer>({ ...change, query: isPreview ? { preview: 1 } : {} })).value
}

async function apply(client: Client, change: Change, preview: PolicyAnswer, flags: Flags, io: Io): Promise<number> {
  await tell(io, explained(preview))
  await requireConsent(flags, io)
  const answer = await send(client, change, false)
  if (isSet(flags, 'json')) await printJson(io, answer)
  await tell(io, 'The policy is set; servers are judged by it within moments.')
  return EXIT.done
}

async function requireConsent(flags: Flags, io: Io): Promise<void> {
  if (isSet(flags, 'yes')) return
  if (!io.input.isTerminal) throw new UsageError('Nobody is there to ask: give --yes, or use "overdue policy preview".')
  const answer = await io.input.ask('Set this policy? [y/N] ', false)
  if (!/^y(es)?$/i.test(answer?.trim() ?? '')) throw new CliError('Nothing was changed.')
}

function explained({ policy: wanted, changes }: PolicyAnswer): string {
  const lines = policyLines(wanted)
  return [...lines, ...(changes === null ? [] : ['', changesText(changes)])].join('\n')
}
