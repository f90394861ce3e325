// Runs regular expressions beside the test: one that never comes back is ended with its worker.
import { Worker } from 'node:worker_threads'

/** Plain JavaScript: the worker starts without the test runner around it. Its own work counts: a busy machine is no fault. */
const WORKER = `
const { parentPort } = require('node:worker_threads')
const workedMs = () => {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}
parentPort.on('message', ({ source, flags, texts, msMax }) => {
  const regex = new RegExp(source, flags)
  let worstMs = 0
  for (const text of texts) {
    let bestMs = Infinity
    for (let round = 0; round < 3 && bestMs > msMax; round++) {
      const before = workedMs()
      if (regex.global) text.replace(regex, '')
      else regex.test(text)
      bestMs = Math.min(bestMs, workedMs() - before)
    }
    worstMs = Math.max(worstMs, bestMs)
    if (worstMs > msMax) break
  }
  parentPort.postMessage(worstMs)
})`

export type RegexRun = { source: string; flags: string; texts: readonly string[]; msMax: number }

const GIVEN_UP_MS = 5_000

export class RegexTimer {
  #worker = new Worker(WORKER, { eval: true })

  /** Ms of work that the slowest of the texts took; Infinity when it did not come back. */
  async run(run: RegexRun): Promise<number> {
    const worker = this.#worker
    const { promise, resolve } = Promise.withResolvers<number>()
    const timer = setTimeout(() => resolve(Infinity), GIVEN_UP_MS)
    worker.once('message', resolve)
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
    worker.postMessage(run)
    const ms = await promise
    clearTimeout(timer)
    if (ms === Infinity) {
      await worker.terminate()
      this.#worker = new Worker(WORKER, { eval: true })
    }
    return ms
  }

  async close(): Promise<void> {
    await this.#worker.terminate()
  }
}
