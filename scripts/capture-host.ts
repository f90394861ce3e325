// Makes a recorded host from this machine, redacted: the probes look once, and what they looked at is written down.
//   scripts/capture-host DIR [--about "what is special"]
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { scanFamilies } from '../agent/commands/scan-inventory-families.ts'
import { createBootMemory } from '../agent/files/boot-memory.ts'
import type { Host } from '../agent/host/host.ts'
import { createLinuxHost } from '../agent/host/linux-host.ts'
import { DpkgWatch } from '../agent/probes/dpkg-watch.ts'
import { parseOsRelease } from '../agent/probes/os-release.ts'
import { takeSnapshot } from '../agent/take-snapshot.ts'
import { systemClock } from '../shared/clock.ts'
import { createRecorder } from './capture/recorder.ts'
import { writeRecording } from './capture/write-recording.ts'

const { values, positionals } = parseArgs({ options: { about: { type: 'string' } }, allowPositionals: true })
const [target] = positionals
if (target === undefined || positionals.length > 1) {
  fail('Usage: scripts/capture-host DIR [--about "what is special"]', 2)
} else if (existsSync(target)) {
  fail(`${target} exists already: remove it or name a new folder`, 1)
} else {
  await capture(resolve(target), values.about ?? 'Nothing special was noted.')
}

async function capture(directory: string, special: string): Promise<void> {
  const machine = createLinuxHost({ root: '/', clock: systemClock })
  const { host, notes } = createRecorder(machine)
  await takeSnapshot({
    host,
    memory: createBootMemory(),
    dpkg: new DpkgWatch(),
    runMarker: '0'.repeat(32),
    labels: { name: null, application: null, environment: null, tags: {}, heartbeatMs: null },
    agentVersion: 'capture',
    factsDirectory: null,
  })
  await scanFamilies(host)
  const now = machine.now()
  // Newer kernels only; without the file a recording would not know its architecture.
  notes.texts.set('/proc/sys/kernel/arch', `${machine.architecture() ?? ''}\n`)
  const hostName = await textOf(machine, '/proc/sys/kernel/hostname')
  const about = await aboutText(machine, now, special)
  await writeRecording(directory, { notes, hostName, now, bootedAt: now - machine.uptimeMs(), about })
  console.error(`${directory}: look through it before you share it`)
}

async function aboutText(machine: Host, now: number, special: string): Promise<string> {
  const { prettyName } = parseOsRelease(await textOf(machine, '/etc/os-release'))
  const release = await textOf(machine, '/proc/sys/kernel/osrelease')
  return [
    `# ${prettyName ?? 'Linux'}, kernel ${release}`,
    '',
    `Captured ${new Date(now).toISOString()}, redacted.`,
    '',
    special,
    '',
  ].join('\n')
}

async function textOf(machine: Host, path: string): Promise<string> {
  return (await machine.readText(path).catch(() => '')).trim()
}

function fail(message: string, exitCode: number): void {
  console.error(message)
  process.exitCode = exitCode
}
