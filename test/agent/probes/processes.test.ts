import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Check } from 'typebox/value'
import { describe, expect, it } from 'vitest'
import { scanProcesses } from '../../../agent/commands/scan-processes-look.ts'
import { processesAt } from '../../../agent/host/processes-at.ts'
import { createRecordedHost } from '../../../agent/host/recorded-host.ts'
import { parseProcessesFacts, ProcessesFile } from '../../../agent/probes/process-facts.ts'
import { processesProbe } from '../../../agent/probes/processes.ts'
import type { ProcessesFacts } from '../../../shared/facts/processes.ts'
import { processesSection } from '../../../shared/sections/processes.ts'
import { contextOf, makeRecording, temporaryDirectory } from '../../support/recorded-host.ts'

const HOUR_MS = 3_600_000
const GROUP = {
  pids: [10, 11],
  unit: 'nginx.service',
  command: 'nginx',
  user: 'www-data',
  packages: ['libssl3'],
  files: ['/usr/lib/x86_64-linux-gnu/libssl.so.3'],
  remedy: 'restart',
} as const
const FACTS: ProcessesFacts = {
  format: 1,
  outdated: [{ ...GROUP, pids: [10, 11], packages: ['libssl3'], files: [...GROUP.files] }],
  count: 2,
  looked: 90,
  missing: null,
  problem: null,
  bootId: 'boot-1',
  readUptimeMs: 20 * HOUR_MS,
  readAt: '2026-11-22T11:00:00Z',
}

function hostUpFor(hours: number): string {
  const now = Date.UTC(2026, 10, 22, 12)
  return makeRecording({
    'proc/sys/kernel/random/boot_id': 'boot-1\n',
    'clock.json': {
      json: { now: new Date(now).toISOString(), bootedAt: new Date(now - hours * HOUR_MS).toISOString() },
    },
  })
}

/** What the section says of a facts file with this content. */
async function sectionOf(content: string | null, hours = 21) {
  const factsDirectory = temporaryDirectory()
  if (content !== null) writeFileSync(join(factsDirectory, 'processes.json'), content)
  return await processesProbe.read({ ...contextOf(hostUpFor(hours)), factsDirectory })
}
const told = (change: Partial<ProcessesFacts> = {}, hours = 21) =>
  sectionOf(JSON.stringify({ ...FACTS, ...change }), hours)

describe('section processes', () => {
  it('tells what the last scan found, as of when it looked, and no age', async () => {
    const section = await told()

    expect(section).toEqual({
      outcome: 'observed',
      reason: null,
      value: { outdated: FACTS.outdated, count: 2, missing: null },
      readAtUptimeMs: 20 * HOUR_MS,
    })
    expect(Check(processesSection, section.value)).toBe(true)
  })

  it('is absent where nobody scans, or nobody did in this boot', async () => {
    expect(await sectionOf(null)).toMatchObject({ outcome: 'absent' })
    expect(await told({ bootId: 'boot-0' })).toMatchObject({ outcome: 'absent' })
    expect(await told({}, 1)).toMatchObject({ outcome: 'absent' })
    expect(await processesProbe.read(contextOf(hostUpFor(1)))).toMatchObject({ outcome: 'absent' })
  })

  it('fails where the scan could not look, or looked too long ago', async () => {
    expect(await told({ problem: 'no process could be read' })).toMatchObject({
      outcome: 'failed',
      reason: 'no process could be read',
    })
    expect(await told({}, 33)).toMatchObject({ outcome: 'observed' })
    expect(await told({}, 33.1)).toMatchObject({ outcome: 'failed' })
  })

  it('fails for a file that no scan of ours left', async () => {
    for (const content of ['', '{', '[]', '7', '{"format":2}', JSON.stringify({ ...FACTS, outdated: [{}] })]) {
      expect([content, await sectionOf(content)]).toEqual([content, expect.objectContaining({ outcome: 'failed' })])
    }
  })

  it('tells of a recorded host what it recorded', async () => {
    const root = 'test/fixtures/hosts/debian-12-old-libraries'
    const host = createRecordedHost({ directory: root, clock: 'recorded' })
    const processFacts = await scanProcesses({ host, processes: await processesAt(root), root })

    expect(await processesProbe.read({ ...contextOf(root), processFacts })).toMatchObject({
      outcome: 'observed',
      value: { count: 4 },
    })
  })
})

describe('what the scan left', () => {
  it('is taken as it is', () => {
    expect(parseProcessesFacts(FACTS)).toEqual(FACTS)
    const all = { ...GROUP, more: 7, container: 'shop', isLocal: true }
    expect(parseProcessesFacts({ ...FACTS, outdated: [all] })?.outdated).toEqual([all])
  })

  it('is cut to what a report holds, and left out where it is of another shape', () => {
    const huge = {
      ...GROUP,
      pids: Array.from({ length: 500 }, (_, at) => at + 1),
      unit: 'u'.repeat(1_000),
      files: Array.from({ length: 99 }, () => 'f'.repeat(9_000)),
      packages: [1, null, 'libssl3'],
      more: 'many',
      user: 7,
    }
    const rows = Array.from({ length: 999 }, () => huge)
    const facts = parseProcessesFacts({ ...FACTS, outdated: rows })
    const value = { outdated: facts?.outdated, count: 2, missing: null }
    expect(Check(processesSection, value)).toBe(true)
    for (const wrong of [{ count: -1 }, { count: 1.5 }, { readUptimeMs: '1' }, { outdated: {} }, { looked: null }]) {
      expect(parseProcessesFacts({ ...FACTS, ...wrong })).toBeNull()
    }
    for (const wrong of [{ remedy: 'panic' }, { pids: [] }, { pids: [-1] }, { command: '' }]) {
      expect(parseProcessesFacts({ ...FACTS, outdated: [{ ...GROUP, ...wrong }] })).toBeNull()
    }
  })

  it('is parsed once, until another file takes its place', async () => {
    const directory = temporaryDirectory()
    mkdirSync(directory, { recursive: true })
    const file = new ProcessesFile(directory)
    expect(await file.read()).toMatchObject({ isMissing: true })

    writeFileSync(join(directory, 'processes.json'), JSON.stringify(FACTS))
    const first = await file.read()
    expect(first).toMatchObject({ count: 2 })
    expect(await file.read()).toBe(first)

    writeFileSync(join(directory, '.new'), JSON.stringify({ ...FACTS, count: 3 }))
    renameSync(join(directory, '.new'), join(directory, 'processes.json'))
    expect(await file.read()).toMatchObject({ count: 3 })
  })
})
