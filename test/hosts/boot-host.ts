// A host for tests: minimal Debian that boots its real systemd, with a network of its own. See README.md.
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { until } from '../support/until.ts'
import { baseRoot } from './base-root.ts'
import { type Ran, run, type RunOptions } from './command.ts'
import { type Cable, connect, disconnect, setCable } from './host-network.ts'
import { sweepLeftovers } from './leftovers.ts'
import { Machine } from './machine.ts'

const BOOT_MS_MAX = 90_000
const LOOK_EVERY_MS = 50
/** What a login shell of root has, and nothing of this process's. */
const ENVIRONMENT = ['HOME=/root', 'LANG=C.UTF-8', 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin']

/**
 * `diskSize` as mount(8) takes it for tmpfs, for hosts whose disk is to be full. `base`: another tree to start from.
 * `bootMsMax`: for hosts that are slow.
 */
export type HostOptions = { name: string; diskSize?: string; base?: string; bootMsMax?: number }

/** Resolves when the host's system runs. Close it, also when the test fails: `onTestFinished(() => host.close())`. */
export async function bootHost({ name, base, bootMsMax, ...options }: HostOptions): Promise<TestHost> {
  sweepLeftovers()
  const machine = await Machine.assemble({ name, base: base ?? (await baseRoot()), ...options })
  try {
    const host = new TestHost(machine, await connect(machine.holder), bootMsMax ?? BOOT_MS_MAX)
    await host.start()
    return host
  } catch (error) {
    await machine.dismantle()
    throw error
  }
}

export class TestHost {
  /** How this machine reaches it; it reaches this machine under OUTER_ADDRESS. */
  readonly address: string
  readonly #machine: Machine
  readonly #cable: Cable
  readonly #bootMsMax: number

  constructor(machine: Machine, cable: Cable, bootMsMax: number) {
    this.#bootMsMax = bootMsMax
    this.address = cable.address
    this.#machine = machine
    this.#cable = cable
  }

  /**
   * Runs a line of shell on the host, as root. Whatever is to go on running has to be started by systemd-run: a process
   * that is left behind has no parent there, and would keep the host from ever going down.
   */
  async run(line: string, options: RunOptions = {}): Promise<Ran> {
    const init = await this.#machine.init()
    if (init === null) throw new Error(`${line}: host ${this.#machine.name} is down`)
    const enter = ['nsenter', '-t', `${init}`, '-m', '-u', '-i', '-n', '-p', '-C', '--', 'env', '-i', ...ENVIRONMENT]
    return await run([...enter, 'sh', '-c', `cd; ${line}`], options)
  }

  /** The same where anything but success is a failure; answers standard output. */
  async must(line: string, options: RunOptions = {}): Promise<string> {
    const ran = await this.run(line, options)
    if (ran.code === 0) return ran.stdout
    throw new Error(`${line}: exit code ${ran.code}\n${ran.stdout}${ran.stderr}`)
  }

  /** Copies a file of this machine. Folders on the way are made. */
  async copyIn(from: string, to: string, mode = '0644'): Promise<void> {
    await this.write(to, readFileSync(from), mode)
  }

  async write(to: string, content: string | Uint8Array, mode = '0644'): Promise<void> {
    // Through a process of the host: a path through /proc/PID/root would follow the host's links on this machine.
    await this.must(`mkdir -p "$(dirname '${to}')" && cat >'${to}' && chmod ${mode} '${to}'`, { input: content })
  }

  /** Restarts it in good order, and resolves when its system runs again. */
  async reboot(): Promise<void> {
    const before = this.#machine.starts
    await this.run('systemctl reboot')
    await until('the host was started again', () => this.#machine.starts > before, this.#bootMsMax)
    await this.#running()
  }

  /** Switches it off in good order. `start` brings it back. */
  async shutDown(): Promise<void> {
    await this.run('systemctl poweroff')
    await until('the host is off', () => !this.#machine.isPowered, this.#bootMsMax)
  }

  /** Pulls the plug. `start` brings it back, with what was written so far. */
  async crash(): Promise<void> {
    await this.#machine.cutPower()
  }

  async start(): Promise<void> {
    this.#machine.powerUp()
    await this.#running()
  }

  /** Pulls the network cable, or puts it back. */
  async network(state: 'up' | 'down'): Promise<void> {
    await setCable(this.#cable, state)
  }

  async close(): Promise<void> {
    await this.#machine.dismantle()
    await disconnect(this.#cable)
  }

  async #running(): Promise<void> {
    let state = 'nothing'
    const isUp = async (): Promise<boolean> => {
      if (!this.#machine.isPowered) throw new Error(`host ${this.#machine.name} went down:\n${this.#machine.console}`)
      await sleep(LOOK_EVERY_MS)
      const init = await this.#machine.init()
      if (init !== null) state = (await this.run('systemctl is-system-running')).stdout.trim()
      return state === 'running' || state === 'degraded'
    }
    await until(`host ${this.#machine.name} runs`, isUp, this.#bootMsMax).catch((error: unknown) => {
      throw new Error(`${(error as Error).message}; it said "${state}"\n${this.#machine.console}`, { cause: error })
    })
  }
}
