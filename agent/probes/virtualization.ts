// "Whose kernel runs here?" A container and WSL share one that this host cannot restart; a virtual machine has its own.
// From files alone, in the order systemd-detect-virt(1) looks: container first, for containers run in machines.
import type { HostSection } from '../../shared/sections/host.ts'
import type { Host } from '../host/host.ts'
import { detectContainer } from './container.ts'
import { detectMachine } from './virtual-machine.ts'
import { firstLineOf } from './optional-read.ts'

export async function readVirtualization(host: Host): Promise<HostSection['virtualization']> {
  const container = await detectContainer(host)
  if (container !== null) return { kind: 'container', name: container }
  const release = (await firstLineOf(host, '/proc/sys/kernel/osrelease')) ?? ''
  // WSL 1: "4.4.0-19041-Microsoft"; WSL 2: "5.15.153.1-microsoft-standard-WSL2". Azure's own kernels are called -azure.
  if (/microsoft/i.test(release)) return { kind: 'wsl', name: /WSL2/i.test(release) ? 'wsl2' : 'wsl' }
  return await detectMachine(host)
}
