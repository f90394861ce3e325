// Names of containers that answer ports of the host, from the files of Docker and of Podman's networks. No daemon is
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
/** Since Podman 4 netavark keeps addresses in a database of its own; the networks with names have them here as text, too. */
const DNS_NETWORKS = '/run/containers/networks/aardvark-dns'
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

async function readPodman(host: Host, byAddress: Map<string, string>): Promise<void> {
  const listed = await jsonOf(host, PODMAN_NAMES)
  const all: unknown[] = Array.isArray(listed) ? listed : []
  const names = new Map(all.flatMap((one) => (isRecord(one) ? [[one['id'], firstName(one['names'])] as const] : [])))
  if (names.size === 0) return
  const holders = new Map<string, string | null>()
  for await (const [address, id] of podmanAddresses(host)) {
    // What was not taken away when its container went may name two for one address.
    holders.set(address, holders.has(address) && holders.get(address) !== id ? null : id)
  }
  for (const [address, id] of holders) {
    const name = names.get(id)
    if (name !== undefined && name !== null) byAddress.set(address, name)
  }
}

async function* podmanAddresses(host: Host): AsyncGenerator<readonly [address: string, id: string]> {
  yield* cniAddresses(host)
  yield* dnsAddresses(host)
}

/** CNI keeps a file for each address it gave away, named by it, with the container's id in the first line. */
async function* cniAddresses(host: Host): AsyncGenerator<readonly [address: string, id: string]> {
  for (const network of await host.list(CNI_NETWORKS).catch(() => [])) {
    const addresses = await host.list(`${CNI_NETWORKS}/${network}`).catch(() => [])
    for (const address of addresses.filter(isAddress).slice(0, CONTAINERS_MAX)) {
      const text = await host.readText(`${CNI_NETWORKS}/${network}/${address}`).catch(() => '')
      yield [address, text.split('\n', 1)[0]?.trim() ?? '']
    }
  }
}

/** Lines "ID 10.89.0.2,10.89.0.3 fd00::2 names" after one with the addresses of the name server: its config.md. */
async function* dnsAddresses(host: Host): AsyncGenerator<readonly [address: string, id: string]> {
  for (const network of await host.list(DNS_NETWORKS).catch(() => [])) {
    const text = await host.readText(`${DNS_NETWORKS}/${network}`).catch(() => '')
    for (const line of text.split('\n').slice(1, CONTAINERS_MAX)) {
      const [id = '', four = '', six = ''] = line.split(' ')
      for (const address of [...four.split(','), ...six.split(',')].filter(isAddress)) yield [address, id]
    }
  }
}

function isAddress(text: string): boolean {
  return /^[0-9a-f.:]+$/.test(text)
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
