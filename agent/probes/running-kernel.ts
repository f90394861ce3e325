// The running kernel and, as far as it says so itself, the package version it was built as. The same release is rebuilt
// under a new version: security fixes come without a new name.
import { TEXT_LENGTH_MAX } from '../../shared/protocol/limits.ts'
import type { KernelSection } from '../../shared/sections/kernel.ts'
import type { Host } from '../host/host.ts'
import { orNullIfMissing } from './optional-read.ts'
import { firstLine } from './text.ts'

const RELEASE_LENGTH_MAX = 255

/** Null where there is no /proc/sys/kernel/osrelease: a partial recording. */
export async function readRunningKernel(host: Host): Promise<KernelSection['running'] | null> {
  const release = firstLine(
    (await orNullIfMissing(host.readText('/proc/sys/kernel/osrelease'))) ?? '',
    RELEASE_LENGTH_MAX,
  )
  if (release === null) return null
  const signature = await orNullIfMissing(host.readText('/proc/version_signature'))
  const version = await orNullIfMissing(host.readText('/proc/sys/kernel/version'))
  return { release, packageVersion: fitting(versionOfSignature(signature ?? '') ?? versionOfUname(version ?? '')) }
}

/** A version that was cut short would compare as another one, and one too long costs the whole report. */
function fitting(version: string | null): string | null {
  return version !== null && version.length > TEXT_LENGTH_MAX ? null : version
}

/** Ubuntu's /proc/version_signature: "Ubuntu 6.8.0-79.79~22.04.1-generic 6.8.12". Behind the version comes the flavour. */
export function versionOfSignature(text: string): string | null {
  return /^Ubuntu (\d[^\s-]*-\d[^\s-]*)-[a-z]\S* /.exec(text)?.[1] ?? null
}

/** Debian's `uname -v`: "#1 SMP PREEMPT_DYNAMIC Debian 6.1.192-2 (2026-11-01)"; Raspberry Pi OS has an epoch, "1:6.6.51-1+rpt3". */
export function versionOfUname(text: string): string | null {
  return / Debian (\d\S*)/.exec(text)?.[1] ?? null
}
