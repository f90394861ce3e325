// Names of containers that answer ports of the host, from the files of Docker and of Podman's CNI networks. No daemon is
// asked: a socket that takes orders would be more than a scan may have. A name that is not found is not known.
import type { Family } from '../exposure/family.ts'
import type { Point } from '../exposure/ranges.ts'
import { addressesAsText } from '../exposure/bind-class.ts'
import { isRecord } from '../files/json.ts'
import type { Host } from '../host/host.ts'

/** `target`: where translation sends the packet; null: not known. */
export type ContainerOf = (port: {
  protocol: string
  family: Family
  port: number
  target: Point | null
}) => string | null

const DOCKER = '/var/lib/docker/containers'
const PODMAN_NAMES = '/var/lib/containers/storage/overlay-containers/containers.json'
const CNI_NETWORKS = '/var/lib/cni/networks'
const CONTAINERS_MAX = 2_000
const NAME_LENGTH_MAX = 128

/** Never rejects: what cannot be read names nobody. `text`: all names, for the digest. */
export async function readContainers(host: Host): Promise<{ of: ContainerOf; text: string }> {
  const byAddress = new Map<string, string>()
  const byPort = new Map<string, string>()
  await readDocker(host, byAddress, byPort)
  await readPodman(host, byAddress)
  const of: ContainerOf = ({ protocol, family, port, target }) => {
    const answering = target === null ? undefined : byAddress.get(addressesAsText(target, family))
    return answering ?? byPort.get(`${port}/${protocol}`) ?? null
  }
  return { of, text: JSON.stringify([...byAddress, ...byPort]) }
}

async function readDocker(host: Host, byAddress: Map<string, string>, byPort: Map<string, string>): Promise<void> {
  const ids = await host.list(DOCKER).catch(() => [])
  for (const id of ids.filter((one) => /^[0-9a-f]{12,64}$/.test(one)).slice(0, CONTAINERS_MAX)) {
    const found = await jsonOf(host, `${DOCKER}/${id}/config.v2.json`)
    const { Name: name, State: state, NetworkSettings: settings } = isRecord(found) ? found : {}
    if (!isName(name) || !isRecord(state) || state['Running'] !== true || !isRecord(settings)) continue
    const shown = name.replace(/^\//, '')
    for (const address of addressesIn(settings['Networks'])) byAddress.set(address, shown)
    for (const port of publishedIn(settings['Ports'])) byPort.set(port, shown)
  }
}

function addressesIn(networks: unknown): string[] {
  const all = isRecord(networks) ? Object.values(networks).filter(isRecord) : []
  return all.flatMap((one) => [one['IPAddress'], one['GlobalIPv6Address']]).filter(isName)
}

/** {"80/tcp": [{"HostIp": "0.0.0.0", "HostPort": "8080"}]} publishes "8080/tcp". */
function publishedIn(ports: unknown): string[] {
  if (!isRecord(ports)) return []
  return Object.entries(ports).flatMap(([inside, bindings]) => {
    const protocol = inside.split('/')[1] ?? 'tcp'
    const all: unknown[] = Array.isArray(bindings) ? bindings : []
    return all.flatMap((one) => (isRecord(one) && isName(one['HostPort']) ? [`${one['HostPort']}/${protocol}`] : []))
  })
}

/** CNI keeps a file for each address it gave away, named by it, with the container's id in the first line. */
async function readPodman(host: Host, byAddress: Map<string, string>): Promise<void> {
  const listed = await jsonOf(host, PODMAN_NAMES)
  const all: unknown[] = Array.isArray(listed) ? listed : []
  const names = new Map(all.flatMap((one) => (isRecord(one) ? [[one['id'], firstName(one['names'])] as const] : [])))
  const networks = names.size === 0 ? [] : await host.list(CNI_NETWORKS).catch(() => [])
  for (const network of networks) {
    const addresses = await host.list(`${CNI_NETWORKS}/${network}`).catch(() => [])
    for (const address of addresses.filter((one) => /^[0-9a-f.:]+$/.test(one)).slice(0, CONTAINERS_MAX)) {
      const text = await host.readText(`${CNI_NETWORKS}/${network}/${address}`).catch(() => '')
      const name = names.get(text.split('\n', 1)[0]?.trim())
      if (name !== undefined && name !== null) byAddress.set(address, name)
    }
  }
}

function firstName(names: unknown): string | null {
  const [first] = Array.isArray(names) ? (names as unknown[]) : []
  return isName(first) ? first : null
}

async function jsonOf(host: Host, path: string): Promise<unknown> {
  try {
    return JSON.parse(await host.readText(path)) as unknown
  } catch {
    return null
  }
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= NAME_LENGTH_MAX
}
