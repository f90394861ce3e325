// Small recorded hosts, made on the spot.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'
import { createBootMemory, type KeptBootMemory } from '../../agent/files/boot-memory.ts'
import { createRecordedHost } from '../../agent/host/recorded-host.ts'
import { DpkgWatch } from '../../agent/probes/dpkg-watch.ts'
import type { ProbeContext } from '../../agent/probes/probe.ts'

/** Path to content. `{ link }` makes a symbolic link, `{ json }` a JSON file, null an empty directory. */
export type HostFiles = Record<string, string | Buffer | { link: string } | { json: unknown } | null>

/** A recording in a temporary directory, gone when the test is over. */
export function makeRecording(files: HostFiles): string {
  const directory = temporaryDirectory()
  for (const [path, content] of Object.entries(files)) {
    const file = join(directory, path)
    mkdirSync(content === null ? file : dirname(file), { recursive: true })
    if (content === null) continue
    if (typeof content === 'string' || Buffer.isBuffer(content)) writeFileSync(file, content)
    else if ('link' in content) symlinkSync(content.link, file)
    else writeFileSync(file, JSON.stringify(content.json))
  }
  return directory
}

export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'overdue-host-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

export type ProbeTestContext = ProbeContext & { memory: KeptBootMemory }

/** A probe's context on the recording in `directory`. */
export function contextOf(directory: string, memory: KeptBootMemory = createBootMemory()): ProbeTestContext {
  return {
    host: createRecordedHost({ directory, clock: 'recorded' }),
    memory,
    dpkg: new DpkgWatch(),
    runMarker: 'ab'.repeat(16),
    labels: { name: null, application: null, environment: null, tags: {}, heartbeatMs: null },
    agentVersion: 'any',
    factsDirectory: null,
  }
}
