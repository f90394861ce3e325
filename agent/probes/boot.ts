// "Which boot is this?" The pair of kernel boot id and run marker; the boot time is for people and fixed within a boot,
// because clocks step and a step must not look like a change.
import type { BootSection } from '../../shared/sections/boot.ts'
import { observed } from '../../shared/sections/section.ts'
import type { Host } from '../host/host.ts'
import { bootTimeMs } from './boot-time.ts'
import { orNullIfMissing } from './optional-read.ts'
import type { Probe } from './probe.ts'
import { firstLine } from './text.ts'

const BOOT_ID_LENGTH_MAX = 64

export const bootProbe: Probe<BootSection> = {
  section: 'boot',
  async read({ host, memory, runMarker }) {
    // A file that is there and cannot be read must fail the section: null would read as another boot.
    const text = await orNullIfMissing(host.readText('/proc/sys/kernel/random/boot_id'))
    const kernelBootId = firstLine(text ?? '', BOOT_ID_LENGTH_MAX)
    memory.bootedAt ??= await bootTimeOf(host)
    return observed({ kernelBootId, runMarker, bootedAt: memory.bootedAt })
  },
}

/** RFC 3339 in whole seconds; null where a recording does not know. */
async function bootTimeOf(host: Host): Promise<string | null> {
  const ms = Math.floor((await bootTimeMs(host)) / 1000) * 1000
  // At the epoch stands only a recording without a clock.
  return ms > 0 ? new Date(ms).toISOString() : null
}
