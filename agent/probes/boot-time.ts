// When this boot began, by the host's wall clock. For a container that is the start of its first process: the kernel's
// boot is the outer machine's. Moments become milliseconds of uptime, which no clock step moves.
import type { Moment, SinceQuality } from '../../shared/sections/text.ts'
import type { Host } from '../host/host.ts'
import { parseMountinfo } from './mountinfo.ts'
import { orNull } from './optional-read.ts'

/** USER_HZ, which the kernel shows to all programs on every architecture we ship for: proc_pid_stat(5). */
const TICKS_PER_SECOND = 100

/** Epoch ms. */
export async function bootTimeMs(host: Host): Promise<number> {
  const booted = host.now() - host.uptimeMs()
  const started = booted + (await firstProcessStartMs(host))
  // A start in the future is of another clock than the uptime; so is one under lxcfs, which shows the container's uptime.
  if (started > host.now() || (await hasContainerUptime(host))) return booted
  return started
}

/** Wall time in epoch ms becomes uptime of this boot. Do it once and keep the result: the clock may step meanwhile. */
export function toMoment(host: Host, at: number, quality: SinceQuality): Moment {
  return { uptimeMs: Math.round(host.uptimeMs() - (host.now() - at)), quality }
}

/** ms after the kernel's boot; 0 where /proc/1 is hidden. One real line: "1 (systemd) S 0 1 1 0 -1 4194560 ...". */
async function firstProcessStartMs(host: Host): Promise<number> {
  const stat = await orNull(host.readText('/proc/1/stat'))
  // Field 22; field 2 is a name that may hold blanks and brackets, so count from behind its last one.
  const ticks = Number(stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19])
  return Number.isFinite(ticks) ? (ticks / TICKS_PER_SECOND) * 1000 : 0
}

async function hasContainerUptime(host: Host): Promise<boolean> {
  const mounts = parseMountinfo((await orNull(host.readText('/proc/self/mountinfo'))) ?? '')
  return mounts.some(({ point, type }) => type === 'fuse.lxcfs' && point === '/proc/uptime')
}
