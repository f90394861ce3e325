// A host made of kernels: which runs, which images lie in /boot, which packages dpkg knows.
import { createBootMemory } from '../../agent/files/boot-memory.ts'
import { kernelProbe } from '../../agent/probes/kernel.ts'
import type { KernelSection } from '../../shared/sections/kernel.ts'
import { contextOf, makeRecording, type HostFiles } from './recorded-host.ts'

/** Booted 04:30:00, looked at 05:00:00. */
const CLOCK = { json: { now: '2026-11-22T05:00:00Z', bootedAt: '2026-11-22T04:30:00Z' } }
/** Of every image, unless a test says otherwise. */
export const IMAGE = { size: 8_000_000, mtime: '2026-11-01T00:00:00Z', birth: '2026-11-01T00:00:00Z' }

export type HostKernels = {
  running: string
  images: string[]
  packages?: Record<string, string>
  files?: HostFiles
  stat?: Record<string, unknown>
}

/** `packages`: name to "version", or "version status". */
export function hostWith({ running, images, packages = {}, files = {}, stat = {} }: HostKernels): HostFiles {
  const stanzas = Object.entries(packages).map(([name, text]) => {
    const [version, status = 'installed'] = text.split(' ')
    return `Package: ${name}\nStatus: install ok ${status}\nVersion: ${version}\n`
  })
  const paths = images.map((image) => (image.startsWith('/') ? image : `/boot/${image}`))
  return {
    'run/.keep': '',
    'clock.json': CLOCK,
    'proc/sys/kernel/osrelease': `${running}\n`,
    'proc/cpuinfo': 'flags : fpu\n',
    'var/lib/dpkg/status': stanzas.join('\n'),
    ...Object.fromEntries(paths.map((path) => [path, ''])),
    'stat.json': { json: { ...Object.fromEntries(paths.map((path) => [path, IMAGE])), ...stat } },
    ...files,
  }
}

export async function look(host: HostKernels, memory = createBootMemory()) {
  return await kernelProbe.read(contextOf(makeRecording(hostWith(host)), memory))
}

export async function value(host: HostKernels, memory = createBootMemory()): Promise<KernelSection> {
  const section = await look(host, memory)
  if (section.outcome !== 'observed') throw new Error(`${section.outcome}: ${section.reason}`)
  return section.value
}

export async function releases(host: HostKernels): Promise<string[]> {
  return (await value(host)).installed.map(({ release }) => release)
}
