// overdue-agent leave: tells the collector that this host is not watched any more. Called by the uninstaller, which then
// removes the credential: the collector answers it 410 from now on and keeps the history.
import { randomBytes } from 'node:crypto'
import { rootDigest } from '../../shared/digest.ts'
import { PROTOCOL } from '../../shared/protocol/limits.ts'
import { collectorTarget } from '../enrolment/collector-target.ts'
import { configFlags, loadConfig } from '../settings/config.ts'
import { CredentialError, readCredential } from '../enrolment/credential.ts'
import { type Keyring, openKeyring } from '../enrolment/keyring.ts'
import { readEnrolled } from '../enrolment/enrolled.ts'
import { placesOf } from '../settings/places.ts'
import type { SendResult } from '../delivery/send-result.ts'
import { steadyClockMs } from '../steady-clock.ts'
import { createTransport, type Transport } from '../delivery/transport.ts'
import { type CommandIo, EXIT } from './io.ts'
import { parseFlags } from './parse-flags.ts'

const LEAVE_MS_MAX = 15_000

export async function runLeave(argv: string[], io: CommandIo): Promise<number> {
  const config = await loadConfig(parseFlags(argv, configFlags()), io.environment)
  const places = placesOf(config)
  const credential = await readCredential(places.credential)
  if (credential === null) throw new CredentialError(`this host is not enrolled (no ${places.credential})`)
  const target = await collectorTarget(config, await readEnrolled(places.enrolled))
  const keyring = await openKeyring(places, credential)
  const transport = createTransport({
    ...target,
    credential: () => keyring.line,
    nowMs: () => Date.now(),
  })
  try {
    return tell(await sayGoodbye(transport, keyring), io)
  } finally {
    await transport.close()
  }
}

/** With the secret that the collector knows, wherever a change of secrets was cut short. */
async function sayGoodbye(transport: Transport, keyring: Keyring): Promise<SendResult> {
  const uptimeMs = steadyClockMs()
  const instance = randomBytes(16).toString('hex')
  const report = { proto: PROTOCOL, instance, seq: uptimeMs + 1, uptimeMs, root: rootDigest({}) }
  const signal = AbortSignal.timeout(LEAVE_MS_MAX)
  for (;;) {
    const result = await transport.send({ ...report, goodbye: 'uninstalled' }, signal)
    if (result.kind !== 'unauthorized' || !keyring.tryAnother()) return result
  }
}

function tell(result: SendResult, io: CommandIo): number {
  const { code, words } = meaningOf(result)
  io.stderr.write(`overdue-agent leave: ${words}\n`)
  return code
}

function meaningOf(result: SendResult): { code: number; words: string } {
  switch (result.kind) {
    case 'accepted':
      // A collector that does not know the word takes it for a heartbeat, and asks for the rest of the report.
      return result.want.length === 0
        ? { code: EXIT.done, words: 'the collector was told; the history stays there' }
        : { code: EXIT.failed, words: 'this collector is too old to be told; remove the server there' }
    case 'revoked':
      return { code: EXIT.done, words: 'the collector had removed this server before' }
    case 'unauthorized':
      return { code: EXIT.notAuthorised, words: result.problem }
    case 'retry-later':
      return { code: EXIT.unreachable, words: result.problem }
    case 'rejected':
      return { code: EXIT.failed, words: result.problem }
    default:
      return { code: EXIT.failed, words: 'another copy of this host reports, too; remove the server at the collector' }
  }
}
