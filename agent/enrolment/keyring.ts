// This host's secrets, and the change to a new one every three months: what a thief once read is worth nothing then.
//
// Every step is on disk before the next one begins:
//   1. `credential.next` holds the new secret;  2. a report announces its hash;  3. it is sent, and accepted;
//   4. `credential.previous` holds the old one;  5. `credential.next` takes the place of `credential`.
// Cut short anywhere, the agent starts with all of them and tries the newest first. Never does it enrol again.
import { stat, utimes } from 'node:fs/promises'
import type { Clock } from '../../shared/clock.ts'
import { hashSecret, parseSecret } from '../../shared/secret.ts'
import type { SendResult } from '../delivery/send-result.ts'
import { moveFile } from '../files/durable-file.ts'
import type { Log } from '../logger.ts'
import type { Places } from '../settings/places.ts'
import { spreadOf } from '../spread.ts'
import { type Credential, copyCredential, newSecret, readCredential, writeCredential } from './credential.ts'
import {
  afterAnswer,
  isAnnouncing,
  type Rotation,
  type SecretAnswer,
  startRotation,
  withNewSecret,
} from './rotation.ts'

const DAY_MS = 24 * 3_600_000
/** Of each server a little earlier, by its own place: a fleet that was installed in an hour does not change in one. */
const ROTATE_MS = 90 * DAY_MS
const EARLIER_PART = 0.1
/** By then a clock that was wrong at boot has been set. */
const LOOK_EVERY_MS = 3_600_000

type Files = Pick<Places, 'credential' | 'nextCredential' | 'previousCredential'>
type Around = { log: Pick<Log, 'info' | 'warn'>; clock: Clock }

/** `current`: what `credential` holds. Files beside it that cannot be read, or belong to another server, are none. Never throws. */
export async function openKeyring(files: Files, current: Credential, around: Around | null = null): Promise<Keyring> {
  const ofThisServer = async (path: string): Promise<Credential | null> => {
    const found = await readCredential(path).catch(() => null)
    return found?.serverId === current.serverId && found.line !== current.line ? found : null
  }
  const next = await ofThisServer(files.nextCredential)
  const previous = await ofThisServer(files.previousCredential)
  return new Keyring(files, { next, current, previous }, around)
}

type Held = { next: Credential | null; current: Credential; previous: Credential | null }

export class Keyring {
  readonly #files: Files
  readonly #around: Around | null
  #held: Held
  #rotation: Rotation
  #lookAtMs: number
  #patientUntilMs = -Infinity

  constructor(files: Files, held: Held, around: Around | null) {
    this.#files = files
    this.#around = around
    this.#held = held
    this.#rotation = startRotation(this.#inOrder().length)
    this.#lookAtMs = this.#steadyMs() + LOOK_EVERY_MS
  }

  /** The one to send now, `ovds_ID_SECRET`. */
  get line(): string {
    return (this.#inOrder()[this.#rotation.active] ?? this.#held.current).line
  }

  /** What the next report has to say of a secret to come; null: nothing. */
  announcement(): { credentialHash: string } | null {
    const first = this.#inOrder()[0] ?? this.#held.current
    return isAnnouncing(this.#rotation, this.#steadyMs()) ? { credentialHash: hashOf(first) } : null
  }

  /** True: there is another secret to be tried, at once. Never throws. */
  async afterAnswer({ kind }: SendResult, announced: boolean): Promise<boolean> {
    const { state, tryNow } = afterAnswer(this.#rotation, meaningOf(kind), announced, this.#steadyMs())
    this.#rotation = state
    if (kind !== 'accepted' || !state.isSettled || this.#steadyMs() < this.#patientUntilMs) return tryNow
    try {
      if (this.#held.next !== null) await this.#keepNext(this.#held.next)
      else if (this.#steadyMs() >= this.#lookAtMs) await this.#beginIfDue()
    } catch (error) {
      this.#patientUntilMs = this.#steadyMs() + LOOK_EVERY_MS
      this.#around?.log.warn({ err: error }, 'the secret of this server cannot be changed; the next try is in an hour')
    }
    return tryNow
  }

  /** After a refusal: is there one that was not tried yet? Then it is the one to send. */
  tryAnother(): boolean {
    const { state, tryNow } = afterAnswer(this.#rotation, 'unauthorized', false, this.#steadyMs())
    this.#rotation = state
    return tryNow
  }

  #inOrder(): Credential[] {
    return [this.#held.next, this.#held.current, this.#held.previous].filter((secret) => secret !== null)
  }

  async #keepNext(next: Credential): Promise<void> {
    const { current } = this.#held
    await copyCredential(this.#files.previousCredential, current)
    await moveFile(this.#files.nextCredential, this.#files.credential)
    this.#held = { next: null, current: next, previous: current }
    this.#rotation = { ...startRotation(2), isSettled: true }
    this.#around?.log.info({ serverId: next.serverId }, 'the secret of this server was changed')
  }

  async #beginIfDue(): Promise<void> {
    this.#lookAtMs = this.#steadyMs() + LOOK_EVERY_MS
    if (!(await this.#isDue())) return
    const next = await writeCredential(this.#files.nextCredential, this.#held.current.serverId, newSecret())
    this.#held = { ...this.#held, next }
    this.#rotation = withNewSecret(this.#rotation)
  }

  /** By the time of the file, which is when its secret was made. */
  async #isDue(): Promise<boolean> {
    const now = this.#around?.clock.now() ?? Date.now()
    const { mtimeMs } = await stat(this.#files.credential)
    // Made while the clock was ahead: the three months begin now, lest they last for years.
    if (mtimeMs > now + DAY_MS) await utimes(this.#files.credential, now / 1_000, now / 1_000)
    return now - mtimeMs >= ROTATE_MS * (1 - EARLIER_PART * spreadOf(this.#held.current.serverId))
  }

  #steadyMs(): number {
    return this.#around?.clock.monotonicMs() ?? 0
  }
}

function meaningOf(kind: SendResult['kind']): SecretAnswer {
  return kind === 'accepted' || kind === 'unauthorized' ? kind : 'nothing'
}

function hashOf({ line }: Credential): string {
  return hashSecret(parseSecret(line)?.secret ?? '')
}
