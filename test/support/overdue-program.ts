// The `overdue` command as an operator runs it: a process of its own, with a home folder nobody else has.
import { type ChildProcess, spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { bundleOf } from './bundles.ts'
import { temporaryDirectory } from './temporary-directory.ts'

let bundle: string | null = null

/** Call it in `beforeAll`. */
export async function buildOverdueBundle(): Promise<void> {
  bundle = await bundleOf('overdue')
}

/** Path of the bundle, for what calls the command by itself. */
export function overdueBundle(): string {
  if (bundle === null) throw new Error('call buildOverdueBundle in beforeAll')
  return bundle
}

export type Ended = { code: number | null; stdout: string; stderr: string }

export class OverdueProgram {
  readonly home: string
  readonly environment: Record<string, string>

  constructor(environment: Record<string, string> = {}) {
    this.home = temporaryDirectory()
    // A clean environment: a login of whoever runs the tests must not reach the command.
    this.environment = { HOME: this.home, ...environment }
  }

  /** With the collector and the token of the environment, as a script would have them. */
  static asking(url: string, token: string): OverdueProgram {
    const program = new OverdueProgram({ OVERDUE_URL: url })
    program.environment['OVERDUE_TOKEN_FILE'] = program.file('token', `${token}\n`)
    return program
  }

  /** Path of a new file. */
  file(name: string, text: string): string {
    const path = join(this.home, name)
    writeFileSync(path, text)
    return path
  }

  /** Runs a command to its end. */
  async run(args: readonly string[], input = ''): Promise<Ended> {
    const running = this.start(args)
    running.child.stdin?.end(input)
    return await running.ended
  }

  start(args: readonly string[]): { child: ChildProcess; output: Ended; ended: Promise<Ended> } {
    const child = spawn(process.execPath, [overdueBundle(), ...args], { stdio: 'pipe', env: this.environment })
    const output: Ended = { code: null, stdout: '', stderr: '' }
    for (const name of ['stdout', 'stderr'] as const) {
      child[name]?.setEncoding('utf8').on('data', (chunk: string) => (output[name] += chunk))
    }
    onTestFinished(() => void child.kill('SIGKILL'))
    const ended = new Promise<Ended>((resolve) => {
      child.once('close', (code) => resolve({ ...output, code }))
    })
    return { child, output, ended }
  }
}
