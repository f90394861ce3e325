// To whom a process belongs, by its control group, cgroups(7): a unit, somebody's session, a container. Control groups
// are root's, so a user's process cannot put itself under a service; below their own session users name them as they
// like, and gain nothing by it. Pure.

export type Holder =
  | { kind: 'unit'; unit: string }
  /** Somebody logged in: their programs are theirs to end. */
  | { kind: 'session'; unit: string }
  | { kind: 'container'; name: string }
  /** A virtual machine or machine container that is run from the host's own files. */
  | { kind: 'machine'; name: string }
  | { kind: 'init' }
  | { kind: 'none' }

const UNIT = /^[\w:.\\@-]{1,240}\.(?:service|scope|socket)$/
const SESSION = /^(?:session-[\w-]+\.scope|user@\d+\.service)$/
/** docker, podman, containerd, CRI-O below systemd, and "docker/ID" without it. */
const CONTAINER_SCOPE = /^(?:docker|libpod|libpod-conmon|cri-containerd|crio|nerdctl)-([0-9a-f]{12,64})(?:\.scope)?$/
const CONTAINER_ID = /^[0-9a-f]{64}$/
const LXC = /^lxc\.payload\.([\w.-]{1,128})$/
const ID_SHOWN = 12

/** `text`: /proc/PID/cgroup. */
export function holderOf(text: string): Holder {
  const parts = pathOf(text)
    .split('/')
    .filter((part) => part !== '')
  const container = containerOf(parts)
  if (container !== null) return { kind: 'container', name: container }
  if (parts[0] === 'init.scope') return { kind: 'init' }
  const unit = parts.map(unescaped).find((part) => UNIT.test(part))
  if (parts[0] === 'machine.slice') return { kind: 'machine', name: unit ?? 'machine.slice' }
  if (unit === undefined) return { kind: 'none' }
  return { kind: SESSION.test(unit) || parts[0] === 'user.slice' ? 'session' : 'unit', unit }
}

/** The unified hierarchy, unless it holds nothing ("0::/" beside a hierarchy of systemd's own): seen on hybrid hosts. */
function pathOf(text: string): string {
  const lines = text.split('\n')
  const unified = lines.find((line) => line.startsWith('0::'))?.slice('0::'.length) ?? '/'
  if (unified !== '/') return unified
  return lines.map((line) => /^\d+:name=systemd:(.*)$/.exec(line)?.[1]).find((path) => path !== undefined) ?? unified
}

function containerOf(parts: readonly string[]): string | null {
  for (const [at, part] of parts.entries()) {
    const id = CONTAINER_SCOPE.exec(part)?.[1] ?? (CONTAINER_ID.test(part) ? part : undefined)
    if (id !== undefined) return id.slice(0, ID_SHOWN)
    const lxc = LXC.exec(part)?.[1] ?? (part === 'lxc' ? parts[at + 1] : undefined)
    if (lxc !== undefined) return lxc
    if (part.startsWith('kubepods')) return parts.at(-1) === part ? part : idIn(parts.at(-1) ?? part)
  }
  return null
}

function idIn(part: string): string {
  return CONTAINER_SCOPE.exec(part)?.[1]?.slice(0, ID_SHOWN) ?? part.slice(0, ID_SHOWN)
}

/** systemd puts one "_" before names that the kernel uses itself. */
function unescaped(part: string): string {
  return part.startsWith('_') ? part.slice(1) : part
}
