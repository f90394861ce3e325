// The agent as it ships, run as a process of its own.
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { bundleOf } from './bundles.ts'
import { temporaryDirectory } from './temporary-directory.ts'

/** Its path; call it once a file, in `beforeAll`. */
export function buildAgentBundle(): Promise<string> {
  return bundleOf('overdue-agent')
}

type OnFinished = (clean: () => void | Promise<void>) => void

export type Ended = { code: number | null; stdout: string; stderr: string }

/** One host: a recorded root that lives on, and the agent's directories. */
export class AgentHost {
  readonly directory: string
  readonly root: string
  /** Clean: a setting of whoever runs the tests must not reach the agent. */
  readonly environment: Record<string, string> = {}
  readonly #bundle: string
  readonly #settings: string[]
  #resident: ChildProcess | null = null
  #log = ''

  constructor(bundle: string, settings: readonly string[], onFinished: OnFinished = onTestFinished) {
    this.directory = temporaryDirectory(onFinished)
    this.root = join(this.directory, 'root')
    this.#bundle = bundle
    const places = ['state', 'runtime', 'facts'].flatMap((name) => [`--${name}-dir`, join(this.directory, name)])
    this.#settings = [...places, ...settings]
    mkdirSync(join(this.root, 'run'), { recursive: true })
    mkdirSync(join(this.root, 'proc/sys/kernel/random'), { recursive: true })
    this.boot('boot-1')
    onFinished(async () => {
      await this.kill()
    })
  }

  /** What the resident agent wrote to standard error so far. */
  get log(): string {
    return this.#log
  }

  boot(kernelBootId: string): void {
    const bootedAt = new Date(Date.now() - 3_600_000).toISOString()
    writeFileSync(join(this.root, 'clock.json'), JSON.stringify({ now: bootedAt, bootedAt }))
    writeFileSync(join(this.root, 'proc/sys/kernel/random/boot_id'), `${kernelBootId}\n`)
  }

  setFlag(...packages: string[]): void {
    writeFileSync(join(this.root, 'run/reboot-required'), '*** System restart required ***\n')
    if (packages.length > 0) writeFileSync(join(this.root, 'run/reboot-required.pkgs'), `${packages.join('\n')}\n`)
  }

  clearFlag(): void {
    for (const name of ['reboot-required', 'reboot-required.pkgs'])
      rmSync(join(this.root, 'run', name), { force: true })
  }

  /** As enrolment would leave it. */
  giveCredential(serverId = `s${'a'.repeat(26)}`): void {
    mkdirSync(join(this.directory, 'state'), { recursive: true })
    writeFileSync(join(this.directory, 'state', 'credential'), `ovds_${serverId}_${'x'.repeat(43)}\n`, { mode: 0o600 })
  }

  /** Starts the resident agent. */
  run(...flags: string[]): void {
    const child = this.#spawn(['run', '--root', this.root, ...flags])
    child.stderr?.on('data', (chunk: Buffer) => (this.#log += chunk.toString()))
    this.#resident = child
  }

  /** Runs a command to its end. */
  async command(argv: readonly string[], input = ''): Promise<Ended> {
    const child = this.#spawn(argv)
    const ended: Ended = { code: null, stdout: '', stderr: '' }
    child.stdout?.on('data', (chunk: Buffer) => (ended.stdout += chunk.toString()))
    child.stderr?.on('data', (chunk: Buffer) => (ended.stderr += chunk.toString()))
    child.stdin?.end(input)
    await new Promise((resolve) => child.once('close', resolve))
    return { ...ended, code: child.exitCode }
  }

  /** Ends the resident agent; resolves with its exit code, null when a signal ended it. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<number | null> {
    const child = this.#resident
    if (child === null || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null
    const closed = new Promise((resolve) => child.once('close', resolve))
    child.kill(signal)
    await closed
    return child.exitCode
  }

  /** Sends the resident agent a signal that does not end it. */
  signal(name: NodeJS.Signals): void {
    this.#resident?.kill(name)
  }

  get isRunning(): boolean {
    return this.#resident !== null && this.#resident.exitCode === null && this.#resident.signalCode === null
  }

  #spawn(argv: readonly string[]): ChildProcess {
    const places = ['snapshot', 'explain', 'check', 'help', 'version'].includes(argv[0] ?? '') ? [] : this.#settings
    return spawn(process.execPath, [this.#bundle, ...argv, ...places], { stdio: 'pipe', env: this.environment })
  }
}
