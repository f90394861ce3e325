// The machine this process runs on. A `root` other than "/" shifts the files only (a mounted file system, a test);
// clock, uptime, addresses and commands stay this machine's. For a recording, see recorded-host.ts.
import { lstat, readdir, readlink, realpath } from 'node:fs/promises'
import { endianness, machine, networkInterfaces, uptime } from 'node:os'
import { join } from 'node:path'
import type { Clock } from '../../shared/clock.ts'
import { addressesOfInterfaces } from './addresses.ts'
import { readOwnedText, readRegularText } from './bounded-read.ts'
import { toFileFacts } from './file-facts.ts'
import { TEXT_BYTES_MAX, type Host } from './host.ts'
import { attempting } from './host-errors.ts'
import { resolveInside } from './inside-root.ts'
import { isMadeByKernel, readKernelText } from './kernel-files.ts'
import { streamLines } from './line-stream.ts'

const ROOT_UID = 0

export function createLinuxHost({ root, clock }: { root: string; clock: Clock }): Host {
  const onDisk = async (path: string, last: 'follow' | 'keep') =>
    root === '/' ? path : join(root, await resolveInside(root, path, last))

  return {
    now: () => clock.now(),
    // Counts suspend: libuv reads /proc/uptime, and CLOCK_BOOTTIME where there is none.
    uptimeMs: () => Math.floor(uptime() * 1000),
    architecture: () => machine(),
    byteOrder: () => endianness(),
    readText: (path, { maxBytes = TEXT_BYTES_MAX } = {}) =>
      attempting(`read ${path}`, async () => {
        const file = await onDisk(path, 'follow')
        if (isMadeByKernel(file)) return readKernelText(file, maxBytes)
        return await readRegularText(file, path, { maxBytes, links: 'followed' })
      }),
    readRootText: (path, { maxBytes }) =>
      attempting(`read ${path}`, async () =>
        readOwnedText(await onDisk(path, 'keep'), path, { maxBytes, ownerUids: [ROOT_UID] }),
      ),
    async *readLines(path, options = {}) {
      yield* streamLines(await attempting(`read ${path}`, () => onDisk(path, 'follow')), path, options)
    },
    list: (path) => attempting(`list ${path}`, async () => readdir(await onDisk(path, 'follow'))),
    readLink: (path) => attempting(`read link ${path}`, async () => readlink(await onDisk(path, 'keep'))),
    facts: (path) => attempting(`look at ${path}`, async () => toFileFacts(await lstat(await onDisk(path, 'keep')))),
    realPath: (path) => attempting(`resolve ${path}`, () => existing(root, path)),
    // oxlint-disable-next-line require-await -- a throw of the system call has to become a rejection.
    addresses: () => attempting('list addresses', async () => addressesOfInterfaces(networkInterfaces())),
    run: async (command) => (await import('./run-command.ts')).runCommand(command),
  }
}

async function existing(root: string, path: string): Promise<string> {
  if (root === '/') return await realpath(path)
  const canonical = await resolveInside(root, path, 'follow')
  await lstat(join(root, canonical))
  return canonical
}
