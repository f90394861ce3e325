// Writes a recorded host that snapshot --root and run --root can read.
import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { parsePackageNames } from '../../agent/probes/sentinel.ts'
import type { HostAddress } from '../../shared/sections/host.ts'
import type { Notes } from './recorder.ts'
import { commandFiles } from './command-files.ts'
import { redactAddresses, redactText } from './redact.ts'

export type RecordingInput = {
  notes: Notes
  /** Taken out wherever it stands. */
  hostName: string
  /** Epoch ms. */
  now: number
  bootedAt: number
  about: string
}

/** `directory` must not exist yet: a recording mixed with an older one would be of no host at all. */
export async function writeRecording(directory: string, input: RecordingInput): Promise<void> {
  const { notes, hostName } = input
  const redaction = { hostName, packages: flagPackages(notes.texts) }
  await mkdir(dirname(directory), { recursive: true })
  await mkdir(directory)
  // Git keeps no empty directory, and a host without /run is another host.
  for (const path of notes.directories) await put(directory, `${path}/.keep`, '')
  for (const [path, text] of notes.texts) {
    // Compressed logs are kept as what was read of them, under a name that says so.
    await put(directory, path.replace(/\.gz$/, ''), redactText(path, text, redaction))
  }
  for (const [path, target] of notes.links) await putLink(directory, path, target)
  for (const [path, { kind }] of notes.facts) {
    if (kind === 'directory') await mkdir(join(directory, path), { recursive: true })
    // Content a probe did not read is not content of the recording: a kernel image becomes its name and its size.
    if (kind === 'file' && !notes.texts.has(path)) await put(directory, path, '')
  }
  // A file that could not be read is there all the same.
  for (const path of notes.unreadable) if (!notes.directories.has(path)) await put(directory, path, '')
  await put(directory, 'commands/ip-address.json', json(toIpJson(redactAddresses(notes.addresses))))
  for (const [file, text] of commandFiles(notes, hostName)) await put(directory, `commands/${file}`, text)
  await put(directory, 'stat.json', json(toStat(notes)))
  await put(directory, 'clock.json', json({ now: time(input.now), bootedAt: time(input.bootedAt) }))
  await put(directory, 'ABOUT.md', input.about)
  if (notes.unreadable.size > 0) await put(directory, 'unreadable.txt', `${[...notes.unreadable].sort().join('\n')}\n`)
}

/** Names the flag lists: the log is cut to those. */
function flagPackages(texts: ReadonlyMap<string, string>): string[] {
  return [...texts].flatMap(([path, text]) => (path.endsWith('/reboot-required.pkgs') ? parsePackageNames(text) : []))
}

async function put(directory: string, path: string, text: string): Promise<void> {
  await mkdir(dirname(join(directory, path)), { recursive: true })
  await writeFile(join(directory, path), text)
}

/** Absolute targets become relative ones: tools that walk a work tree must not walk out of it. */
async function putLink(directory: string, path: string, target: string): Promise<void> {
  await mkdir(dirname(join(directory, path)), { recursive: true })
  await symlink(target.startsWith('/') ? relative(dirname(path), target) : target, join(directory, path))
}

function toStat(notes: Notes): Record<string, unknown> {
  const files = [...notes.facts].filter(([, { kind }]) => kind === 'file').sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(
    files.map(([path, { uid, mtimeMs, birthMs, sizeBytes }]) => [
      path,
      {
        uid,
        ...(mtimeMs !== null && { mtime: time(mtimeMs) }),
        ...(birthMs !== null && { birth: time(birthMs) }),
        size: sizeBytes,
      },
    ]),
  )
}

/** As `ip -j address` prints it, in the fields probes read. */
function toIpJson(addresses: readonly HostAddress[]): unknown[] {
  const names = [...new Set(addresses.map((address) => address.interface))]
  return names.map((name) => ({
    ifname: name,
    addr_info: addresses
      .filter((address) => address.interface === name)
      .map(({ family, address, prefixLength, scope }) => ({
        family: family === 4 ? 'inet' : 'inet6',
        local: address,
        prefixlen: prefixLength,
        scope,
      })),
  }))
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`
}

function time(ms: number): string {
  return new Date(ms).toISOString()
}
