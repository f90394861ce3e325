// "Who is this machine?" Name, system, addresses, and what agent.toml calls it. Labels and facts, never an identity.
import { ADDRESSES_MAX, NAME_LENGTH_MAX } from '../../shared/protocol/limits.ts'
import type { HostAddress, HostSection } from '../../shared/sections/host.ts'
import { observed } from '../../shared/sections/section.ts'
import type { Host } from '../host/host.ts'
import { readInventory } from './inventory.ts'
import { applicationMachineId } from './machine-id.ts'
import { orNull, firstLineOf } from './optional-read.ts'
import { parseOsRelease } from './os-release.ts'
import type { Probe } from './probe.ts'
import { firstLine, plainText } from './text.ts'
import { readVirtualization } from './virtualization.ts'

export const hostProbe: Probe<HostSection> = {
  section: 'host',
  async read({ host: machine, labels, agentVersion, factsDirectory }) {
    return observed({
      name: labels.name ?? (await hostName(machine)),
      os: parseOsRelease(await osRelease(machine)),
      architecture: machine.architecture(),
      kernelRelease: await kernelRelease(machine),
      virtualization: await readVirtualization(machine),
      addresses: await addresses(machine),
      machineId: applicationMachineId((await orNull(machine.readText('/etc/machine-id'))) ?? ''),
      inventory: await readInventory(factsDirectory),
      application: labels.application,
      environment: labels.environment,
      tags: { ...labels.tags },
      agentVersion,
      heartbeatMs: labels.heartbeatMs,
    })
  },
}

/** What systemd calls a host whose name nobody set: hostname(5). */
const FALLBACK_NAME = 'localhost'

async function hostName(machine: Host): Promise<string> {
  const name =
    (await firstLineOf(machine, '/proc/sys/kernel/hostname')) ?? (await firstLineOf(machine, '/etc/hostname'))
  return plainText(name ?? FALLBACK_NAME, NAME_LENGTH_MAX)
}

async function kernelRelease(machine: Host): Promise<string | null> {
  return firstLine((await orNull(machine.readText('/proc/sys/kernel/osrelease'))) ?? '', NAME_LENGTH_MAX)
}

async function osRelease(machine: Host): Promise<string> {
  const text =
    (await orNull(machine.readText('/etc/os-release'))) ?? (await orNull(machine.readText('/usr/lib/os-release')))
  return text ?? ''
}

/** Sorted, so that the order interfaces came up in is no change. Null where they cannot be listed. */
async function addresses(machine: Host): Promise<HostAddress[] | null> {
  const found = await orNull(machine.addresses())
  const key = ({ interface: name, family, address }: HostAddress) => `${name}\u0000${family}\u0000${address}`
  return found?.sort((a, b) => (key(a) < key(b) ? -1 : 1)).slice(0, ADDRESSES_MAX) ?? null
}
