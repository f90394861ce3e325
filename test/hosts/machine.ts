// The machine under a host: a tree to write to, a network, and systemd-nspawn as its power supply. A machine that its
// system restarts is started again, as a real one is.
//
// All of it hangs on this process, however it ends: the kernel kills the child of a dead parent. The holder keeps the
// mounts and the network namespace alive; nspawn is first in a process namespace, which the kernel ends with it.
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { until } from '../support/until.ts'
import { run } from './command.ts'
import { makeControlGroups, makeMountPoint, removeTraces } from './leftovers.ts'
import { spawnTied } from './spawn-tied.ts'

/** systemd-nspawn(1): the container asked to be restarted. */
const ASKED_TO_RESTART = 133
/** What a host writes is kept in memory, so that nothing is left on a disk. */
const DISK_SIZE = '3g'
const ASSEMBLE_MS_MAX = 60_000
const HOLD = `
mount -t tmpfs -o size="$3" overdue-host "$1"
mkdir "$1/upper" "$1/work" "$1/root"
mount -t overlay -o "lowerdir=$2,upperdir=$1/upper,workdir=$1/work" overdue-host "$1/root"
echo held
exec sleep infinity`
/** cgroup v1 beside an empty v2, as on some machines: the host gets the latter alone, as Debian has it. */
const ONLY_UNIFIED = { SYSTEMD_NSPAWN_UNIFIED_HIERARCHY: '1' }
/** In control groups of its own: else all containers of this machine share one, and their inits each other's services. */
const POWER_UP = `
for group in $1; do echo $$ >"$group/cgroup.procs"; done
shift
exec "$@"`

export type MachineOptions = { name: string; base: string; diskSize?: string }

export class Machine {
  readonly name: string
  readonly holder: number
  readonly #holding: ChildProcess
  readonly #root: string
  readonly #groups: string[]
  #power: ChildProcess | null = null
  #starts = 0
  #console = ''

  private constructor(name: string, holding: ChildProcess, root: string) {
    this.name = name
    this.#holding = holding
    this.holder = holding.pid ?? 0
    this.#root = root
    this.#groups = makeControlGroups(name)
  }

  /** A machine without power yet. */
  static async assemble({ name, base, diskSize = DISK_SIZE }: MachineOptions): Promise<Machine> {
    const mountPoint = makeMountPoint(name)
    const script = ['sh', '-euc', HOLD, 'hold', mountPoint, base, diskSize]
    const holding = spawnTied(['unshare', '--mount', '--net', '--propagation', 'private', ...script])
    let said = ''
    for (const stream of [holding.stdout, holding.stderr]) stream?.on('data', (chunk: Buffer) => (said += chunk))
    const isDone = (): boolean => said.includes('held\n') || holding.exitCode !== null
    await until('the tree of the host is mounted', isDone, ASSEMBLE_MS_MAX)
    if (holding.exitCode === null) return new Machine(name, holding, join(mountPoint, 'root'))
    removeTraces(name)
    throw new Error(`the tree of host ${name} cannot be mounted: ${said.trim()}`)
  }

  /** How often it was started. */
  get starts(): number {
    return this.#starts
  }

  /** What it printed on its console, for messages of tests that fail. */
  get console(): string {
    return this.#console
  }

  powerUp(): void {
    const quiet = [
      '--quiet',
      '--register=no',
      '--keep-unit',
      '--resolv-conf=off',
      '--timezone=off',
      '--link-journal=no',
    ]
    // As on a machine of its own. bpf: for the address rules of units, which are silently not enforced otherwise.
    const powers = ['--capability=all', '--system-call-filter=bpf']
    const tree = ['--boot', `--directory=${this.#root}`, `--machine=${this.name}`]
    const network = '--network-namespace-path=/proc/self/ns/net'
    const system = ['--console=read-only', 'systemd.log_target=journal']
    const nspawn = ['systemd-nspawn', ...quiet, ...powers, ...tree, network, ...system]
    const enter = ['nsenter', '-t', `${this.holder}`, '-m', '-n', '--']
    const apart = ['unshare', '--pid', '--fork', '--kill-child=KILL', '--mount-proc', '--']
    const powerUp = ['sh', '-euc', POWER_UP, 'power-up', this.#groups.join(' ')]
    const power = spawnTied([...enter, ...apart, ...powerUp, ...nspawn], ONLY_UNIFIED)
    this.#power = power
    this.#starts += 1
    for (const stream of [power.stdout, power.stderr])
      stream?.on('data', (chunk: Buffer) => (this.#console = `${this.#console}${chunk.toString()}`.slice(-10_000)))
    power.once('exit', (code) => {
      if (this.#power !== power) return
      this.#power = null
      if (code === ASKED_TO_RESTART) this.powerUp()
    })
  }

  get isPowered(): boolean {
    return this.#power !== null
  }

  /** Process 1 of the host, as this machine counts; null while there is none. */
  async init(): Promise<number | null> {
    const nspawn = this.#power?.pid === undefined ? [] : await childrenOf(this.#power.pid)
    const below = await Promise.all(nspawn.map(childrenOf))
    return below.flat().find(isFirstInItsNamespace) ?? null
  }

  /** As if the plug were pulled: nothing is told, nothing is written any more. */
  async cutPower(): Promise<void> {
    const power = this.#power
    if (power === null) return
    const gone = ended(power)
    this.#power = null
    const [nspawn] = power.pid === undefined ? [] : await childrenOf(power.pid)
    // nspawn itself: who waits for it ends when all of its process namespace has. It may not have begun, or just ended.
    if (nspawn === undefined || !isKilled(nspawn)) power.kill('SIGKILL')
    await gone
  }

  async dismantle(): Promise<void> {
    await this.cutPower()
    this.#holding.kill('SIGKILL')
    await ended(this.#holding)
    removeTraces(this.name)
  }
}

async function childrenOf(pid: number): Promise<number[]> {
  const { stdout } = await run(['pgrep', '-P', `${pid}`])
  return stdout.split('\n').filter(Boolean).map(Number)
}

/** While a container starts there are helpers beside its first process. One real line: "NSpid:  41237  9  1". */
function isFirstInItsNamespace(pid: number): boolean {
  try {
    return /^NSpid:\t\d+\t\d+\t1$/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

function isKilled(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL')
  } catch {
    return false
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
}
