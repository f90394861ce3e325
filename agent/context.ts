// Everything the resident agent works with, made in one place; tests hand in what they want to be different.
import { mkdir } from 'node:fs/promises'
import type { Clock } from '../shared/clock.ts'
import { collectorTarget } from './enrolment/collector-target.ts'
import type { AgentConfig } from './settings/config.ts'
import { type Credential, CredentialError, readCredential } from './enrolment/credential.ts'
import { type Keyring, openKeyring } from './enrolment/keyring.ts'
import { readEnrolled } from './enrolment/enrolled.ts'
import type { Host } from './host/host.ts'
import { createLinuxHost } from './host/linux-host.ts'
import { createRecordedHost } from './host/recorded-host.ts'
import { LatestFile } from './files/latest-file.ts'
import { createLogger, type Log } from './logger.ts'
import { openOutbox, type Outbox } from './delivery/outbox.ts'
import { type Places, placesOf } from './settings/places.ts'
import { ownIdentity } from './files/process-identity.ts'
import { readRunMarker } from './files/run-marker.ts'
import { formatStatus, readLiveStatus, type DeliveryStatus } from './files/status-file.ts'
import { steadyClockMs } from './steady-clock.ts'
import { createTransport, type Transport } from './delivery/transport.ts'
import { AGENT_VERSION } from './version.ts'

export type AgentContext = {
  config: AgentConfig
  places: Places
  credential: Credential
  keyring: Keyring
  host: Host
  clock: Clock
  log: Log
  runMarker: string
  outbox: Outbox
  bootMemoryFile: LatestFile
  transport: Transport
  random: () => number
  /** Writes what `status` reads. */
  tellStatus: (delivery: DeliveryStatus | null) => void
  [Symbol.asyncDispose](): Promise<void>
}

/** Without `performance`, whose first use costs 0.2 MB. */
const steadyClock: Clock = { now: () => Date.now(), monotonicMs: steadyClockMs }

export type ContextOverrides = Partial<Pick<AgentContext, 'log' | 'clock' | 'random' | 'transport'>>

/** Another resident agent of the same directories runs: two with one credential look like a copied machine. */
export class AlreadyRunningError extends Error {
  override readonly name = 'AlreadyRunningError'
}

/** Throws ConfigError, CredentialError or AlreadyRunningError, each with what to do about it. */
export async function createAgentContext(config: AgentConfig, overrides: ContextOverrides = {}): Promise<AgentContext> {
  const places = placesOf(config)
  const { log = createLogger(), clock = steadyClock, random = Math.random } = overrides
  const credential = await requireCredential(places)
  const target = await collectorTarget(config, await readEnrolled(places.enrolled))
  await refuseSecond(places)
  await mkdir(config.stateDirectory, { recursive: true, mode: 0o700 })
  const runMarker = await readRunMarker(config.runtimeDirectory)
  const status = new LatestFile(places.status, { mode: 0o644, durable: false }, trouble(log, places.status))
  const bootMemoryFile = new LatestFile(
    places.bootMemory,
    { mode: 0o600, durable: true },
    trouble(log, places.bootMemory),
  )
  const outbox = await openOutbox(places.outbox, log)
  const keyring = await openKeyring(places, credential, { log, clock })
  const transport =
    overrides.transport ?? createTransport({ ...target, credential: () => keyring.line, nowMs: () => clock.now() })
  const self = {
    process: await ownIdentity(),
    agentVersion: AGENT_VERSION,
    serverId: credential.serverId,
    url: target.url,
  }
  return {
    config,
    places,
    credential,
    keyring,
    clock,
    log,
    random,
    runMarker,
    outbox,
    bootMemoryFile,
    transport,
    host:
      config.root === null
        ? createLinuxHost({ root: '/', clock })
        : createRecordedHost({ directory: config.root, clock: 'live' }),
    tellStatus: (delivery) => status.put(formatStatus({ ...self, delivery })),
    async [Symbol.asyncDispose]() {
      await transport.close()
      await Promise.all([outbox.flush(), bootMemoryFile.flush(), status.flush()])
    },
  }
}

async function requireCredential({ credential: path }: Places): Promise<Credential> {
  const credential = await readCredential(path)
  if (credential !== null) return credential
  throw new CredentialError(`this host is not enrolled (no ${path}); run: overdue-agent enroll --join-key-file FILE`)
}

async function refuseSecond({ status }: Places): Promise<void> {
  const live = await readLiveStatus(status)
  if (live === null) return
  throw new AlreadyRunningError(
    `an agent with these directories runs already as process ${live.process.pid}; stop it first`,
  )
}

function trouble(log: Log, path: string): (problem: Error | null) => void {
  return (problem) => {
    if (problem === null) log.info({ path }, 'a file of the agent can be written again')
    else log.warn({ path, err: problem }, 'a file of the agent cannot be written; going on without it')
  }
}
