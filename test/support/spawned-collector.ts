// The collector as it ships: a process of its own, started by its command line, ended by signals.
import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { bundleOf } from './bundles.ts'

export type Finished = { code: number | null; signal: NodeJS.Signals | null; stdout: string; stderr: string }

/** Runs one command to its end. */
export async function runCollector(
  args: readonly string[],
  environment: Record<string, string> = {},
): Promise<Finished> {
  return await new Process(await bundleOf('overdue-collector'), args, environment).finished
}

class Process {
  readonly child: ChildProcess
  readonly finished: Promise<Finished>

  constructor(program: string, args: readonly string[], environment: Record<string, string>) {
    const env = { PATH: process.env['PATH'] ?? '', ...environment }
    this.child = spawn(process.execPath, [program, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] })
    const output = { stdout: '', stderr: '' }
    for (const name of ['stdout', 'stderr'] as const) {
      this.child[name]?.setEncoding('utf8').on('data', (chunk: string) => (output[name] += chunk))
    }
    this.finished = new Promise((resolve) => {
      this.child.on('close', (code, signal) => resolve({ code, signal, ...output }))
    })
  }
}

export class SpawnedCollector {
  readonly url: string
  readonly #process: Process

  private constructor(process: Process, url: string) {
    this.#process = process
    this.url = url
  }

  /** Resolves when it is ready to take reports. */
  static async start(
    directory: string,
    args: readonly string[] = [],
    environment: Record<string, string> = {},
  ): Promise<SpawnedCollector> {
    const readyFile = join(directory, 'ready.json')
    rmSync(readyFile, { force: true })
    const defaults = ['serve', '--listen', '127.0.0.1:0', '--data-dir', join(directory, 'data')]
    const flags = [...defaults, '--ready-file', readyFile, '--log-level', 'warn', ...args]
    const process = new Process(await bundleOf('overdue-collector'), flags, environment)
    while (!existsSync(readyFile)) {
      if (process.child.exitCode !== null) throw new Error(`the collector ended: ${(await process.finished).stderr}`)
      await sleep(5)
    }
    return new SpawnedCollector(process, (JSON.parse(readFileSync(readyFile, 'utf8')) as { url: string }).url)
  }

  /** Sends the signal and waits for the end. */
  end(signal: NodeJS.Signals): Promise<Finished> {
    this.#process.child.kill(signal)
    return this.#process.finished
  }
}
