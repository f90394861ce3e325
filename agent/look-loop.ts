// Reads the machine at its own pace and keeps the outbox true. One look at a time; whatever wakes it during a look makes
// one more look, not a queue of them.
import { type BootIdentity, isSameBoot } from '../shared/boot-identity.ts'
import { rootDigest } from '../shared/digest.ts'
import type { BootSection } from '../shared/sections/boot.ts'
import { SECTION_NAMES, type SectionName } from '../shared/sections/names.ts'
import { CADENCE_MS, dueSections, nextDueAt } from './cadence.ts'
import { digestsOf } from './delivery/message.ts'
import type { OutboxEntry } from './delivery/outbox.ts'
import { type Held, settle, settledAt } from './settle.ts'
import { ANSWER_MS_MAX } from './probes/firewall-watch.ts'
import type { Look, SectionReading, Snapshot } from './take-snapshot.ts'
import { Waker } from './waker.ts'

/** Shortest time between two looks that events asked for: somebody who touches the flag in a loop shall not cost a core. */
const LOOK_GAP_MS = 100
const TROUBLE_GAP_MS = 1_000
/** How soon to look again at what somebody was writing, or was asked about. */
const BUSY_AGAIN_MS = 3_000
const AWAITED_AGAIN_MS = ANSWER_MS_MAX

export type LookPorts = {
  /** Reads the named sections with the memory of the boot that was entered last. */
  read(sections: readonly SectionName[]): Promise<Look>
  /** What stands for this boot while section `boot` cannot be read. */
  runMarker: string
  /** Called before the first look, and when the host turns out to run another boot: what was remembered of the old one is void. */
  enterBoot(boot: BootIdentity): Promise<void>
  /** Called after each look. */
  keepMemory(boot: BootIdentity): void
  /** Takes the newest snapshot; `changed` when it says something else than the one before. */
  publish(entry: OutboxEntry, changed: boolean): void
  /** A look that went wrong as a whole; the next one comes at its time. */
  onTrouble(error: unknown): void
  /** Wall clock, epoch ms. */
  nowMs(): number
  /** Steady clock, ms. */
  steadyMs(): number
}

export class LookLoop {
  readonly #ports: LookPorts
  /** What this host published before the agent was restarted; null: nothing is known. */
  readonly #last: OutboxEntry | null
  readonly #waker = new Waker()
  #boot: BootIdentity | null = null
  #readings: Partial<Record<SectionName, SectionReading>> = {}
  #lastLooks: Partial<Record<SectionName, number>> = {}
  #requested = new Set<SectionName>()
  #held: Held = null
  #publishedRoot: string | null = null
  /** Who asked for a fresh look since the present one began, and who waits for the present one. */
  #asked: (() => void)[] = []
  #awaiting: (() => void)[] = []

  constructor(ports: LookPorts, last: OutboxEntry | null) {
    this.#ports = ports
    this.#last = last
  }

  /** Something happened to what section `name` is read from. */
  wake(name: SectionName): void {
    this.#requested.add(name)
    this.#waker.wake()
  }

  /** Reads everything again. Resolves when what was read is published and nothing is held back to settle. */
  lookAfresh(): Promise<void> {
    for (const name of SECTION_NAMES) this.#requested.add(name)
    return new Promise((resolve) => {
      this.#asked.push(resolve)
      this.#waker.wake()
    })
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const startedMs = this.#ports.steadyMs()
      const requested = this.#takeRequested()
      try {
        await this.#look(requested, startedMs)
        if (this.#held === null) for (const resolve of this.#awaiting.splice(0)) resolve()
      } catch (error) {
        this.#ports.onTrouble(error)
        // Whoever waits for these waits for a look that succeeds.
        if (this.#awaiting.length > 0) for (const name of requested) this.#requested.add(name)
        await pause(TROUBLE_GAP_MS, signal)
      }
      if (requested.size > 0) await pause(startedMs + LOOK_GAP_MS - this.#ports.steadyMs(), signal)
      await this.#waker.wait(this.#requested.size > 0 ? 0 : this.#restMs(), signal)
    }
  }

  async #look(requested: ReadonlySet<SectionName>, nowMs: number): Promise<void> {
    const boot = this.#boot ?? (await this.#firstBoot())
    const wanted = new Set(requested)
    if (settledAt(this.#held) <= nowMs) wanted.add('sentinel')
    const due = dueSections(this.#lastLooks, wanted, nowMs)
    if (due.length === 0) return

    let asked: readonly SectionName[] = due
    let snapshot = await this.#ports.read(asked)
    const bootNow = bootOf(snapshot) ?? boot
    if (!isSameBoot(bootNow, boot)) {
      await this.#enterBoot(bootNow)
      asked = SECTION_NAMES
      snapshot = await this.#ports.read(asked)
    }
    this.#schedule(asked, snapshot.busy, nowMs)
    this.#adopt(snapshot.sections, requested.has('sentinel'), nowMs)
    this.#publish(bootNow, snapshot.takenAtUptimeMs)
  }

  async #firstBoot(): Promise<BootIdentity> {
    const boot = bootOf(await this.#ports.read(['boot'])) ?? { kernelBootId: null, runMarker: this.#ports.runMarker }
    await this.#enterBoot(boot)
    const sentinel = this.#last?.snapshot.sections.sentinel
    // A flag that is being deleted and recreated while we start must not look cleared.
    if (sentinel !== undefined && this.#last !== null && isSameBoot(this.#last.boot, boot))
      this.#readings = { sentinel }
    return boot
  }

  async #enterBoot({ kernelBootId, runMarker }: BootIdentity): Promise<void> {
    this.#boot = { kernelBootId, runMarker }
    this.#readings = {}
    this.#held = null
    await this.#ports.enterBoot(this.#boot)
  }

  #schedule(asked: readonly SectionName[], busy: readonly SectionName[], nowMs: number): void {
    for (const name of asked) this.#lastLooks[name] = nowMs
    for (const name of busy) {
      const againMs = name === 'listeners' ? AWAITED_AGAIN_MS : BUSY_AGAIN_MS
      this.#lastLooks[name] = nowMs + againMs - CADENCE_MS[name]
    }
  }

  #adopt(sections: Snapshot['sections'], stirred: boolean, nowMs: number): void {
    for (const name of SECTION_NAMES) {
      const reading = sections[name]
      if (reading === undefined) continue
      if (name === 'packages') this.#lookAtKernelAfter(reading)
      if (name === 'sentinel') this.#settle(reading, stirred, nowMs)
      else this.#readings[name] = reading
    }
  }

  /** Packages that changed may have brought a kernel. */
  #lookAtKernelAfter({ digest }: SectionReading): void {
    const before = this.#readings.packages
    if (before === undefined || before.digest === digest) return
    this.#requested.add('kernel')
    this.#waker.wake()
  }

  #settle(candidate: SectionReading, stirred: boolean, nowMs: number): void {
    const published = this.#readings.sentinel ?? null
    const settled = settle({ published, candidate, held: this.#held, stirred, nowMs })
    this.#held = settled.held
    if (settled.publish) this.#readings.sentinel = candidate
  }

  #publish({ kernelBootId, runMarker }: BootIdentity, takenAtUptimeMs: number): void {
    const boot = { kernelBootId, runMarker }
    this.#ports.keepMemory(boot)
    const snapshot = { takenAtUptimeMs, sections: { ...this.#readings } }
    const root = rootDigest(digestsOf(snapshot))
    const changed = root !== this.#publishedRoot
    this.#publishedRoot = root
    this.#ports.publish({ boot, keptAtMs: this.#ports.nowMs(), snapshot }, changed)
  }

  #takeRequested(): ReadonlySet<SectionName> {
    const requested = this.#requested
    this.#requested = new Set()
    this.#awaiting.push(...this.#asked.splice(0))
    return requested
  }

  #restMs(): number {
    const nextMs = Math.min(nextDueAt(this.#lastLooks), settledAt(this.#held))
    return Math.max(0, nextMs - this.#ports.steadyMs())
  }
}

function bootOf({ sections }: Snapshot): BootIdentity | null {
  return sections.boot?.section.outcome === 'observed' ? (sections.boot.section.value as BootSection) : null
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await new Waker().wait(ms, signal)
}
