// overdue-agent enroll: makes a secret, tells the collector its hash, and keeps what the collector answers.
// Every step can be repeated: after a crash or a lost answer the same secret is offered again.
import { mkdir, rm } from 'node:fs/promises'
import { hostname } from 'node:os'
import { systemClock } from '../../shared/clock.ts'
import type { Enrollment } from '../../shared/protocol/enrollment.ts'
import { PROTOCOL } from '../../shared/protocol/limits.ts'
import { hashSecret } from '../../shared/secret.ts'
import type { HostSection } from '../../shared/sections/host.ts'
import { createBootMemory } from '../files/boot-memory.ts'
import { collectorTarget } from '../enrolment/collector-target.ts'
import { type AgentConfig, configFlags, type Flags, loadConfig } from '../settings/config.ts'
import { ConfigError } from '../settings/config-error.ts'
import { forgetPendingSecret, pendingSecret, readCredential, writeCredential } from '../enrolment/credential.ts'
import { readFileIfThere, removeFile } from '../files/durable-file.ts'
import { writeEnrolled } from '../enrolment/enrolled.ts'
import { type EnrolmentResult, requestEnrolment } from '../enrolment/enrolment.ts'
import { createLinuxHost } from '../host/linux-host.ts'
import { createRecordedHost } from '../host/recorded-host.ts'
import { type JoinKey, parseJoinKey } from '../enrolment/join-key.ts'
import { placesOf } from '../settings/places.ts'
import { DpkgWatch } from '../probes/dpkg-watch.ts'
import { takeSnapshot } from '../take-snapshot.ts'
import { AGENT_VERSION } from '../version.ts'
import { type CommandIo, EXIT, UsageError } from './io.ts'
import { parseFlags } from './parse-flags.ts'

const JOIN_KEY_BYTES_MAX = 256 * 1024
const STDIN = '-'
/** Section `host` says nothing of the boot. */
const NO_RUN_MARKER = '0'.repeat(32)

const FLAGS = {
  ...configFlags(),
  'join-key-file': { type: 'string' },
  'if-needed': { type: 'boolean' },
  'keep-join-key': { type: 'boolean' },
  json: { type: 'boolean' },
} as const

export async function runEnroll(argv: string[], io: CommandIo): Promise<number> {
  const flags = parseFlags(argv, FLAGS)
  const config = await loadConfig(flags, io.environment)
  const known = await readCredential(placesOf(config).credential)
  if (known !== null) return await alreadyEnrolled(known.serverId, flags, config, io)

  const joinKey = await readJoinKey(flags, io)
  const result = await enrol(config, joinKey)
  if (result.kind === 'enrolled') await dropJoinKey(flags)
  tell(result, flags, io)
  return { enrolled: EXIT.done, rejected: EXIT.notAuthorised, failed: EXIT.failed, unreachable: EXIT.unreachable }[
    result.kind
  ]
}

async function alreadyEnrolled(serverId: string, flags: Flags, config: AgentConfig, io: CommandIo): Promise<number> {
  const { credential, pendingCredential } = placesOf(config)
  if (flags['if-needed'] === true) {
    // What an enrolment that was cut short after its success left behind.
    await forgetPendingSecret(pendingCredential)
    await dropJoinKey(flags)
    if (flags['json'] === true) io.stdout.write(`${JSON.stringify({ outcome: 'enrolled', serverId })}\n`)
    return EXIT.done
  }
  io.stderr.write(
    `overdue-agent enroll: this host is enrolled as ${serverId}; to enrol it anew, remove ${credential} first\n`,
  )
  return EXIT.failed
}

async function readJoinKey(flags: Flags, io: CommandIo): Promise<JoinKey> {
  const file = flags['join-key-file']
  if (typeof file !== 'string') throw new UsageError('--join-key-file FILE is needed (- for standard input)')
  if (file === STDIN) return parseJoinKey('standard input', await io.readStdin())
  const text = await readFileIfThere(file, JOIN_KEY_BYTES_MAX).catch((error: unknown) => {
    throw new ConfigError({ origin: 'command line', key: '--join-key-file', value: file, fix: String(error) })
  })
  if (text !== null) return parseJoinKey(file, text)
  throw new ConfigError({ origin: 'command line', key: '--join-key-file', value: file, fix: 'there is no such file' })
}

async function enrol(config: AgentConfig, joinKey: JoinKey): Promise<EnrolmentResult> {
  const places = placesOf(config)
  const target = await collectorTarget(
    config,
    joinKey.url === null ? null : { url: joinKey.url, ca: joinKey.ca, pins: joinKey.pins },
  )
  await mkdir(config.stateDirectory, { recursive: true, mode: 0o700 })
  const secret = await pendingSecret(places.pendingCredential)
  const result = await requestEnrolment(target, joinKey.line, await introduction(config, secret))
  if (result.kind !== 'enrolled') return result
  // In this order: with a credential on disk the host counts as enrolled, so everything it needs must be there before.
  await writeEnrolled(places.enrolled, { url: target.url, ca: joinKey.ca, pins: joinKey.pins })
  // Secrets of an enrolment before this one.
  await removeFile(places.nextCredential)
  await removeFile(places.previousCredential)
  await writeCredential(places.credential, result.serverId, secret)
  await forgetPendingSecret(places.pendingCredential)
  return result
}

/** Who this host says it is; labels for people, never what authenticates it. */
async function introduction(config: AgentConfig, secret: string): Promise<Enrollment> {
  const root = config.root
  const host =
    root === null
      ? createLinuxHost({ root: '/', clock: systemClock })
      : createRecordedHost({ directory: root, clock: 'live' })
  const { sections } = await takeSnapshot(
    {
      host,
      memory: createBootMemory(),
      dpkg: new DpkgWatch(),
      runMarker: NO_RUN_MARKER,
      labels: config.labels,
      agentVersion: AGENT_VERSION,
      factsDirectory: null,
    },
    ['host'],
  )
  const section = sections.host?.section.outcome === 'observed' ? (sections.host.section.value as HostSection) : null
  const name = config.labels.name ?? section?.name ?? hostname()
  return { proto: PROTOCOL, credentialHash: hashSecret(secret), name, machineId: section?.machineId ?? null }
}

/** A join key on a host that does not need it any more can only be stolen. */
async function dropJoinKey(flags: Flags): Promise<void> {
  const file = flags['join-key-file']
  if (typeof file === 'string' && file !== STDIN && flags['keep-join-key'] !== true) await rm(file, { force: true })
}

function tell(result: EnrolmentResult, flags: Flags, io: CommandIo): void {
  if (flags['json'] === true) {
    const { kind: outcome, ...facts } = result
    io.stdout.write(`${JSON.stringify({ outcome, ...facts })}\n`)
  }
  const words = {
    enrolled: () => ('serverId' in result ? `enrolled as ${result.serverId} (${result.lifecycle})` : ''),
    rejected: () => 'the join key was not accepted',
    failed: () => 'the collector did not enrol this host',
    unreachable: () => 'the collector cannot be reached; run this again',
  }[result.kind]()
  const because = 'problem' in result ? `: ${result.problem}` : ''
  io.stderr.write(`overdue-agent enroll: ${words}${because}\n`)
}
