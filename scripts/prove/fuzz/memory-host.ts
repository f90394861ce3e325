// A host whose files are texts in memory: the fuzzer changes one and looks again, a hundred thousand times. Links and
// owners are those of an ordinary machine; what they can do is tested with real files elsewhere.
import { addressesOfIpJson } from '../../../agent/host/addresses.ts'
import { HostError, TEXT_BYTES_MAX, type FileFacts, type Host } from '../../../agent/host/host.ts'

export type HostTexts = ReadonlyMap<string, string>

/** Where a recording keeps what `ip -j address` printed. */
export const IP_ADDRESS_JSON = '/commands/ip-address.json'

/** As the real host reads: a long file by lines, none of more than 1 MiB. */
const LINES_BYTES_MAX = 64 * 1024 * 1024
const LINE_LENGTH_MAX = 1024 * 1024

/** Times in epoch ms. */
export function createMemoryHost(files: HostTexts, { now, bootedAt }: { now: number; bootedAt: number }): Host {
  const text = (path: string, maxBytes: number): string => {
    const found = files.get(canonical(path))
    if (found === undefined) throw new HostError('ENOENT', `read ${path}: no such file`)
    if (found.length > maxBytes) throw new HostError('TOO-LARGE', `read ${path}: larger than ${maxBytes} bytes`)
    return found
  }
  return {
    now: () => now,
    uptimeMs: () => now - bootedAt,
    architecture: () => 'x86_64',
    byteOrder: () => 'LE',
    readText: async (path, { maxBytes = TEXT_BYTES_MAX } = {}) => text(path, maxBytes),
    readRootText: async (path, { maxBytes }) => text(path, maxBytes),
    async *readLines(path, { maxBytes = LINES_BYTES_MAX } = {}) {
      const lines = text(path, maxBytes).split('\n')
      for (const line of lines.at(-1) === '' ? lines.slice(0, -1) : lines) {
        if (line.length > LINE_LENGTH_MAX) throw new HostError('TOO-LARGE', `read ${path}: a line of more than 1 MiB`)
        yield line
      }
    },
    list: async (path) => childrenOf(files, canonical(path)),
    readLink: async (path) => {
      throw new HostError('OTHER', `read link ${path}: not a link`)
    },
    facts: async (path) => factsOf(files, canonical(path), bootedAt),
    realPath: async (path) => {
      factsOf(files, canonical(path), bootedAt)
      return canonical(path)
    },
    addresses: async () => addressesOfIpJson(text(IP_ADDRESS_JSON, TEXT_BYTES_MAX)),
    run: async () => ({ exitCode: 0, stdout: text(IP_ADDRESS_JSON, TEXT_BYTES_MAX) }),
  }
}

/** /var/run has been a link to /run for longer than any host this is for. */
function canonical(path: string): string {
  return path.startsWith('/var/run/') ? path.slice('/var'.length) : path
}

function childrenOf(files: HostTexts, directory: string): string[] {
  const inside = [...files.keys()].filter((path) => path.startsWith(`${directory}/`))
  if (inside.length === 0) throw new HostError('ENOENT', `list ${directory}: no such directory`)
  return [...new Set(inside.map((path) => path.slice(directory.length + 1).split('/', 1)[0] ?? ''))]
}

function factsOf(files: HostTexts, path: string, at: number): FileFacts {
  const found = files.get(path)
  if (found === undefined) childrenOf(files, path)
  const kind = found === undefined ? 'directory' : 'file'
  return { kind, uid: 0, sizeBytes: found?.length ?? 4_096, inode: 1, mtimeMs: at, birthMs: at }
}
