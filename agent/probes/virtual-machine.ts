// Signs of a hypervisor: the processor's own flag, and the names firmware gives.
import type { HostSection } from '../../shared/sections/host.ts'
import type { Host } from '../host/host.ts'
import { orNull, firstLineOf } from './optional-read.ts'

export async function detectMachine(host: Host): Promise<HostSection['virtualization']> {
  const vendor = await vendorOf(host)
  const flagged = await hasHypervisorFlag(host)
  if (flagged === true) return { kind: 'vm', name: vendor }
  // Processors without the flag, such as arm64, leave only the names. Firmware names some bare machines of clouds too.
  if (flagged === null && vendor !== null) return { kind: 'vm', name: vendor }
  if (flagged === false) return { kind: 'none', name: null }
  const isBoard = (await firstLineOf(host, '/proc/device-tree/model')) !== null
  return { kind: isBoard ? 'none' : 'unknown', name: null }
}

/** proc_cpuinfo(5), x86: "flags : fpu vme ... hypervisor". Null without such a line. Stops there: the file grows by cores. */
async function hasHypervisorFlag(host: Host): Promise<boolean | null> {
  try {
    for await (const line of host.readLines('/proc/cpuinfo')) {
      if (/^flags\s*:/.test(line)) return /\shypervisor(?:\s|$)/.test(line)
    }
  } catch {
    // Unreadable says as little as no such line.
  }
  return null
}

const FIRMWARE_FILES = ['sys_vendor', 'product_name', 'board_vendor', 'bios_vendor'] as const

const VENDORS = [
  { pattern: /^Amazon EC2/, name: 'amazon' },
  { pattern: /^Google/, name: 'google' },
  { pattern: /^(?:QEMU|KVM|OpenStack|oVirt|RHEV|Red Hat)/, name: 'kvm' },
  { pattern: /^(?:VMware|VMW)/, name: 'vmware' },
  { pattern: /^(?:innotek GmbH|VirtualBox|Oracle Corporation)/, name: 'oracle' },
  { pattern: /^Xen/, name: 'xen' },
  { pattern: /^(?:Microsoft Corporation|Hyper-V)/, name: 'microsoft' },
  { pattern: /^Parallels/, name: 'parallels' },
  { pattern: /^Bochs/, name: 'bochs' },
  { pattern: /^BHYVE/, name: 'bhyve' },
  { pattern: /^Apple Virtualization/, name: 'apple' },
] as const

/** The hypervisor by its short name, as systemd-detect-virt(1) calls them; null where nothing names one. */
async function vendorOf(host: Host): Promise<string | null> {
  if ((await firstLineOf(host, '/sys/hypervisor/type')) === 'xen') return 'xen'
  for (const file of FIRMWARE_FILES) {
    const text = await firstLineOf(host, `/sys/class/dmi/id/${file}`)
    // "m7g.metal" is the machine itself, rented.
    if (file === 'product_name' && text?.endsWith('.metal') === true) return null
    const vendor = VENDORS.find(({ pattern }) => pattern.test(text ?? ''))
    if (vendor !== undefined) return vendor.name
  }
  const compatible = await orNull(host.readText('/proc/device-tree/hypervisor/compatible'))
  if (compatible === null) return null
  return compatible.includes('xen') ? 'xen' : 'kvm'
}
