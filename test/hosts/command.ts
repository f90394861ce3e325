// Runs a program to its end and keeps what it said.
import { spawn } from 'node:child_process'

export type Ran = { code: number | null; stdout: string; stderr: string }

/** `input` goes to standard input. `msMax`: then it is killed, and `code` is null. Never rejects for an exit code. */
export type RunOptions = { input?: string | Uint8Array; msMax?: number; cwd?: string }

const MS_MAX = 120_000

export function run(argv: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const [file = '', ...args] = argv
  const { input = '', msMax = MS_MAX, cwd } = options
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { stdio: 'pipe', cwd, timeout: msMax, killSignal: 'SIGKILL' })
    const output = { stdout: '', stderr: '' }
    for (const name of ['stdout', 'stderr'] as const)
      child[name].setEncoding('utf8').on('data', (chunk: string) => (output[name] += chunk))
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, ...output }))
    // A program that ends without reading its input is no failure of ours.
    child.stdin.on('error', () => undefined).end(input)
  })
}

/** The same where anything but success is a failure; answers standard output. */
export async function must(argv: readonly string[], options: RunOptions = {}): Promise<string> {
  const ran = await run(argv, options)
  if (ran.code === 0) return ran.stdout
  const said = `${ran.stdout}${ran.stderr}`.trim().slice(-2_000)
  throw new Error(`${argv.join(' ').slice(0, 300)}: exit code ${ran.code}\n${said}`)
}
