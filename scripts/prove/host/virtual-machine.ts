// A virtual machine without hardware support: slow, but its restart is one, into the kernel that a package installed.
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Ran } from '../../../test/hosts/command.ts'
import { type Cable, connect as connectHost, disconnect } from '../../../test/hosts/host-network.ts'
import { spawnTied } from '../../../test/hosts/spawn-tied.ts'
import { until } from '../../../test/support/until.ts'
import { bootFilesOf } from './disk.ts'

const BOOT_MS_MAX = 900_000

export type VirtualMachineOptions = { directory: string; disk: string }

export class VirtualMachine {
  readonly #options: VirtualMachineOptions
  readonly #holding: ChildProcess
  readonly #cable: Cable
  #child: ChildProcess | null = null
  #control: Socket | null = null
  #said = ''

  private constructor(options: VirtualMachineOptions, holding: ChildProcess, cable: Cable) {
    this.#options = options
    this.#holding = holding
    this.#cable = cable
  }

  /** A machine without power yet, in a network that leads to this machine and no further. */
  static async assemble(options: VirtualMachineOptions): Promise<VirtualMachine> {
    const holding = spawnTied(['unshare', '--net', 'sh', '-c', 'echo held; exec sleep infinity'])
    if (holding.stdout !== null) await once(holding.stdout, 'data')
    return new VirtualMachine(options, holding, await connectHost(holding.pid ?? 0))
  }

  /** Starts what the disk says is to be started; resolves when the guest takes commands. Answers the kernel's release. */
  async start(): Promise<string> {
    const { directory, disk } = this.#options
    const { kernel, initrd, release } = await bootFilesOf(disk, directory)
    const socket = join(directory, 'control.sock')
    const inside = ['nsenter', '-t', `${this.#holding.pid}`, '-n', '--']
    const machine = ['qemu-system-x86_64', '-accel', 'tcg,thread=multi', '-cpu', 'max', '-m', '1024', '-smp', '2']
    const bare = ['-no-reboot', '-display', 'none', '-monitor', 'none', '-no-user-config', '-nodefaults']
    const boot = ['-kernel', kernel, '-initrd', initrd, '-append', 'root=/dev/vda rw console=ttyS0 net.ifnames=0']
    const drive = ['-drive', `file=${disk},if=virtio,format=raw,cache=writeback`, '-device', 'virtio-rng-pci']
    const control = ['-chardev', `socket,id=control,path=${socket},server=on,wait=off`, '-serial', 'chardev:control']
    const lines = ['-serial', `file:${join(directory, 'console.log')}`, ...control]
    const network = ['-netdev', 'user,id=net', '-device', 'virtio-net-pci,netdev=net']
    const child = spawnTied([...inside, ...machine, ...bare, ...boot, ...drive, ...lines, ...network])
    this.#child = child
    let told = ''
    child.stderr?.on('data', (chunk: Buffer) => (told += chunk.toString()))
    this.#control = await this.#dial(socket, () => told)
    await until('the guest takes commands', () => this.#takeLine() === 'ready', BOOT_MS_MAX)
    return release
  }

  /** A line of shell, as root. */
  async run(line: string, msMax = 2_700_000): Promise<Ran> {
    this.#control?.write(`${Buffer.from(line).toString('base64')}\n`)
    let answer: string | null = null
    await until(`an answer to ${line}`, () => (answer = this.#takeLine()) !== null, msMax)
    const [, code, said = ''] = /^(\d+) ?(\S*)$/.exec(answer ?? '') ?? []
    if (code === undefined) throw new Error(`the guest answered ${line} with something else: ${answer}`)
    return { code: Number(code), stdout: Buffer.from(said, 'base64').toString(), stderr: '' }
  }

  async must(line: string): Promise<string> {
    const { code, stdout } = await this.run(line)
    if (code === 0) return stdout
    throw new Error(`${line}: exit code ${code}\n${stdout}`)
  }

  /** For root alone. In pieces, because the kernel keeps 4,095 bytes of a serial line and drops what comes faster. */
  async write(path: string, text: string): Promise<void> {
    const pieces =
      Buffer.from(text)
        .toString('base64')
        .match(/.{1,1000}/g) ?? []
    await this.must(`umask 077; : >'${path}.base64'`)
    for (const piece of pieces) await this.must(`printf %s ${piece} >>'${path}.base64'`)
    await this.must(`umask 077; base64 -d '${path}.base64' >'${path}' && rm '${path}.base64'`)
  }

  /** Resolves when the machine has ended, as it does when its system restarts it. */
  async ended(): Promise<void> {
    const child = this.#child
    if (child !== null && child.exitCode === null && child.signalCode === null) await once(child, 'exit')
    this.#control?.destroy()
    this.#said = ''
  }

  async dismantle(): Promise<void> {
    this.#child?.kill('SIGKILL')
    await this.ended()
    this.#holding.kill('SIGKILL')
    await disconnect(this.#cable)
  }

  async #dial(path: string, told: () => string): Promise<Socket> {
    for (let attempt = 0; attempt < 300; attempt++) {
      if (this.#child?.exitCode !== null) throw new Error(`qemu ended: ${told()}`)
      const socket = connect(path)
      const isConnected = await Promise.race([
        once(socket, 'connect').then(() => true),
        once(socket, 'error').then(() => false),
      ]).catch(() => false)
      if (isConnected) {
        socket.on('error', () => undefined)
        return socket.on('data', (chunk: Buffer) => (this.#said += chunk.toString('latin1')))
      }
      await sleep(100)
    }
    throw new Error('qemu offers no control line')
  }

  #takeLine(): string | null {
    const end = this.#said.indexOf('\n')
    if (end < 0) return null
    const line = this.#said.slice(0, end).trim()
    this.#said = this.#said.slice(end + 1)
    return line
  }
}
