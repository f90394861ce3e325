// How old is what the scans found, and what do they find now? A scan is asked for through its file, and has answered when
// it left another one; nothing here waits longer than it is told to.
import { access, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { factsFileMark, readFactsFile } from '../host/facts-file.ts'
import { isRecord } from '../files/json.ts'
import type { ScanName } from '../wakeups/ask.ts'
import type { ScanTold } from './answer.ts'

const LOOK_EVERY_MS = 50
/** /proc/uptime has hundredths of a second, and each reader rounds for itself. */
const UPTIME_SLACK_MS = 20

export type FreshScansOptions = {
  factsDirectory: string
  askDirectory: string
  /** Scans of this host: those that are waited for, and those that are only asked, and answer when they can. */
  names: readonly ScanName[]
  unawaited: readonly ScanName[]
  ask: (name: ScanName) => Promise<void>
  /** As the scans count it. */
  uptimeMs: () => number
  steadyMs: () => number
}

export class FreshScans {
  readonly #options: FreshScansOptions

  constructor(options: FreshScansOptions) {
    this.#options = options
  }

  async ages(): Promise<ScanTold[]> {
    const { names, unawaited } = this.#options
    return await this.#toldOf([...names, ...unawaited])
  }

  /** Asks for every scan, and waits at most `msMax` for answers to questions that came after this call. Never throws. */
  async scan(msMax: number): Promise<ScanTold[]> {
    const { ask, askDirectory, names, steadyMs, unawaited } = this.#options
    if (!(await isThere(askDirectory))) return await this.#none('nobody scans on this host')
    const untilMs = steadyMs() + msMax
    const fresh = await Promise.all(names.map(async (name) => await this.#scanOne(name, untilMs)))
    // Last: it would take the processor from those that somebody waits for.
    await Promise.all(unawaited.map(async (name) => await ask(name)))
    return [...fresh, ...(await this.#toldOf(unawaited))]
  }

  async #scanOne(name: ScanName, untilMs: number): Promise<ScanTold> {
    const { ask, askDirectory, factsDirectory, steadyMs, uptimeMs } = this.#options
    const askedAtUptimeMs = uptimeMs()
    let mark = await factsFileMark(factsDirectory, name)
    await ask(name)
    while (steadyMs() < untilMs) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS))
      const markNow = await factsFileMark(factsDirectory, name)
      if (markNow === null || markNow === mark) continue
      if (await this.#isOf(name, askedAtUptimeMs)) return await this.#told(name, null)
      mark = markNow
    }
    const isWaiting = await isThere(join(askDirectory, name))
    const why = isWaiting
      ? `nobody took the question; is overdue-scan-${name}.path enabled?`
      : `it did not answer in time; see journalctl -u overdue-scan-${name}`
    return await this.#told(name, why)
  }

  /** A scan that was at work already when we asked answers, too. Make and model do not say when they were read. */
  async #isOf(name: ScanName, askedAtUptimeMs: number): Promise<boolean> {
    const facts = await readFactsFile(this.#options.factsDirectory, name).catch(() => null)
    const readUptimeMs = isRecord(facts) ? facts['readUptimeMs'] : null
    return typeof readUptimeMs !== 'number' || readUptimeMs >= askedAtUptimeMs - UPTIME_SLACK_MS
  }

  async #none(why: string): Promise<ScanTold[]> {
    const { names, unawaited } = this.#options
    const asked = await Promise.all(names.map(async (name) => await this.#told(name, why)))
    return [...asked, ...(await this.#toldOf(unawaited))]
  }

  async #toldOf(names: readonly ScanName[]): Promise<ScanTold[]> {
    return await Promise.all(names.map(async (name) => await this.#told(name, null)))
  }

  async #told(name: ScanName, missing: string | null): Promise<ScanTold> {
    const ageMs = await stat(join(this.#options.factsDirectory, `${name}.json`)).then(
      ({ mtimeMs }) => Math.max(0, Math.round(Date.now() - mtimeMs)),
      () => null,
    )
    return { name, ageMs, missing }
  }
}

async function isThere(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  )
}
