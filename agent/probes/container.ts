// Signs that this is a container: what its manager leaves in files, and the control group of the first process.
import type { Host } from '../host/host.ts'
import { fileSystemOf, parseMountinfo } from './mountinfo.ts'
import { firstLineOf, orNull } from './optional-read.ts'
import { plainText } from './text.ts'

const NAME_LENGTH_MAX = 64

/** Name of the manager ("docker", "lxc", "systemd-nspawn", ...), or null. */
export async function detectContainer(host: Host): Promise<string | null> {
  return (await namedByManager(host)) ?? (await markedByFile(host)) ?? (await namedByControlGroup(host))
}

/** systemd writes the first as process 1 of a container, the manager the second: Container Interface of systemd.io. */
async function namedByManager(host: Host): Promise<string | null> {
  const name =
    (await firstLineOf(host, '/run/systemd/container')) ?? (await firstLineOf(host, '/run/host/container-manager'))
  return name === null ? null : plainText(name, NAME_LENGTH_MAX)
}

const MARKERS = [
  { path: '/run/.containerenv', name: 'podman' },
  { path: '/.dockerenv', name: 'docker' },
] as const

async function markedByFile(host: Host): Promise<string | null> {
  for (const { path, name } of MARKERS) {
    if ((await orNull(host.facts(path))) !== null) return (await isMachineFromImage(host)) ? null : name
  }
  return null
}

/** PROC_PID_INIT_INO of the kernel: the process namespace of the machine itself. */
const FIRST_PID_NAMESPACE = 'pid:[4026531836]'

/**
 * A disk image made from a container image keeps /.dockerenv. Such a machine runs in the first process namespace, on
 * a file system of its own; a container that shares the machine's processes still has the layers of its image as root.
 */
async function isMachineFromImage(host: Host): Promise<boolean> {
  if ((await orNull(host.readLink('/proc/self/ns/pid'))) !== FIRST_PID_NAMESPACE) return false
  const root = fileSystemOf(parseMountinfo((await orNull(host.readText('/proc/self/mountinfo'))) ?? ''), '/')
  return root !== null && !root.includes('overlay') && root !== 'aufs'
}

/** Lines like "0::/docker/3f5a..." or "12:pids:/lxc.payload.web/init.scope", cgroups(7). */
const GROUPS = [
  { pattern: /\/(?:docker[-/]|system\.slice\/docker-)[0-9a-f]{12}/, name: 'docker' },
  { pattern: /\/(?:lxc|lxc\.payload)[./]/, name: 'lxc' },
  { pattern: /\/libpod-[0-9a-f]{12}/, name: 'podman' },
  { pattern: /\/kubepods[./-]/, name: 'kubernetes' },
  { pattern: /\/cri-containerd[-:][0-9a-f]{12}/, name: 'containerd' },
] as const

async function namedByControlGroup(host: Host): Promise<string | null> {
  const groups = await orNull(host.readText('/proc/1/cgroup'))
  return GROUPS.find(({ pattern }) => pattern.test(groups ?? ''))?.name ?? null
}
