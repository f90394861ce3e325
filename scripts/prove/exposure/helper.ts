// A process inside a namespace, asked with one line of JSON and answering with one.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

export class Helper {
  readonly #child: ChildProcess
  readonly #lines: AsyncIterator<string>

  private constructor(child: ChildProcess, lines: AsyncIterator<string>) {
    this.#child = child
    this.#lines = lines
  }

  static start(namespace: string, file: string): Helper {
    const args = ['netns', 'exec', namespace, process.execPath, join(import.meta.dirname, file)]
    const child = spawn('ip', args, { stdio: ['pipe', 'pipe', 'inherit'] })
    if (child.stdout === null) throw new Error('no standard output')
    return new Helper(child, createInterface({ input: child.stdout })[Symbol.asyncIterator]())
  }

  async ask<T>(question: unknown): Promise<T> {
    this.#child.stdin?.write(`${JSON.stringify(question)}\n`)
    const { value, done } = await this.#lines.next()
    if (done === true) throw new Error('the helper ended')
    return JSON.parse(value) as T
  }

  async stop(): Promise<void> {
    const ended = once(this.#child, 'exit')
    this.#child.stdin?.end()
    await ended
  }
}

/** The other end: answers each line of standard input, and ends with it. */
export async function answerLines(answer: (question: unknown) => Promise<unknown>): Promise<void> {
  for await (const line of createInterface({ input: process.stdin })) {
    process.stdout.write(`${JSON.stringify(await answer(JSON.parse(line)))}\n`)
  }
}
