// A host that remembers what it was asked. A recording made from that cannot miss a file a probe reads, nor hold one
// that none does. Paths stay as they were asked for: /proc/self leads to another process in every run.
import type { HostAddress } from '../../shared/sections/host.ts'
import type { HostCommand } from '../../agent/host/commands.ts'
import { HostError, isMissing, type CommandResult, type FileFacts, type Host } from '../../agent/host/host.ts'

export type Notes = {
  texts: Map<string, string>
  /** Path to the raw target of the link. */
  links: Map<string, string>
  facts: Map<string, FileFacts>
  directories: Set<string>
  unreadable: Set<string>
  addresses: HostAddress[]
  /** What commands printed; `ended`: instead of an exit status. */
  commands: Map<HostCommand, CommandResult | { ended: string }>
}

export function createRecorder(host: Host): { host: Host; notes: Notes } {
  const notes: Notes = {
    texts: new Map(),
    links: new Map(),
    facts: new Map(),
    directories: new Set(),
    unreadable: new Set(),
    addresses: [],
    commands: new Map(),
  }

  async function noted<T>(path: string, look: Promise<T>, keep: (found: T) => void): Promise<T> {
    try {
      const found = await look
      keep(found)
      return found
    } catch (error) {
      if (error instanceof HostError && error.code === 'EACCES') notes.unreadable.add(path)
      throw error
    }
  }

  const text = (path: string, look: Promise<string>) => noted(path, look, (found) => notes.texts.set(path, found))
  const link = (path: string) => noted(path, host.readLink(path), (target) => notes.links.set(path, target))

  return {
    notes,
    host: {
      ...host,
      readText: (path, options) => text(path, host.readText(path, options)),
      readRootText: (path, options) => text(path, host.readRootText(path, options)),
      // Whole files, whatever the probe would skip: their blank lines say where a stanza ends.
      readLines: (path, options) => recordedLines(host, notes, path, options?.maxBytes),
      list: (path) => noted(path, host.list(path), () => notes.directories.add(path)),
      readLink: link,
      async facts(path) {
        const found = await noted(path, host.facts(path), (facts) => notes.facts.set(path, facts))
        if (found.kind === 'link') await link(path)
        return found
      },
      async realPath(path) {
        const canonical = await noted(path, host.realPath(path), () => undefined)
        if (canonical === path) notes.directories.add(path)
        else await link(path).catch(() => notes.directories.add(path))
        return canonical
      },
      run: (command) => recordedRun(host, notes, command),
      addresses: async () => (notes.addresses = await host.addresses()),
    },
  }
}

/** Keeps as much as was read: a probe that stops early needs no more on a recording either. */
async function* recordedLines(
  host: Host,
  notes: Notes,
  path: string,
  maxBytes: number | undefined,
): AsyncGenerator<string> {
  const lines: string[] = []
  try {
    for await (const line of host.readLines(path, maxBytes === undefined ? {} : { maxBytes })) {
      lines.push(line)
      yield line
    }
  } catch (error) {
    if (error instanceof HostError && error.code === 'EACCES') notes.unreadable.add(path)
    throw error
  } finally {
    if (lines.length > 0) notes.texts.set(path, `${lines.join('\n')}\n`)
  }
}

async function recordedRun(host: Host, { commands }: Notes, command: HostCommand): Promise<CommandResult> {
  try {
    const result = await host.run(command)
    commands.set(command, result)
    return result
  } catch (error) {
    if (!isMissing(error)) commands.set(command, { ended: 'a signal' })
    throw error
  }
}
