import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { checkProcesses } from '../../../agent/commands/doctor-processes.ts'
import { createRecordedHost } from '../../../agent/host/recorded-host.ts'
import type { ProcessesFacts } from '../../../shared/facts/processes.ts'
import { makeRecording, temporaryDirectory } from '../../support/recorded-host.ts'

const HOUR_MS = 3_600_000
const FACTS: ProcessesFacts = {
  format: 1,
  outdated: [],
  count: 2,
  looked: 97,
  missing: null,
  problem: null,
  bootId: 'boot-1',
  readUptimeMs: 22 * HOUR_MS,
  readAt: '2026-11-22T10:00:00Z',
}

async function check(change: Partial<ProcessesFacts> | null) {
  const directory = makeRecording({
    'proc/sys/kernel/random/boot_id': 'boot-1\n',
    'clock.json': { json: { now: '2026-11-22T12:00:00Z', bootedAt: '2026-11-21T12:00:00Z' } },
  })
  const factsDirectory = temporaryDirectory()
  if (change !== null) writeFileSync(join(factsDirectory, 'processes.json'), JSON.stringify({ ...FACTS, ...change }))
  return await checkProcesses(factsDirectory, createRecordedHost({ directory, clock: 'recorded' }))
}

describe('the doctor on processes', () => {
  it('counts what the scan looked at', async () => {
    expect(await check({})).toMatchObject({ result: 'ok', says: '97 looked at 2 h ago, 2 of them run replaced code' })
  })

  it.each([
    ['nobody scanned', null, 'is not known'],
    ['the scan was of another boot', { bootId: 'boot-0' }, 'in another boot'],
    ['the scan is of yesterday', { readUptimeMs: HOUR_MS }, '23 h old'],
    ['none could be read', { problem: 'no process could be read' }, 'could not be looked at: no process could be read'],
    ['some could not be read', { missing: 'some processes could not be read' }, 'not all could be looked at'],
    ['what is there is no scan’s', { count: -1 }, 'is not known'],
  ])('warns where %s, and says what to do', async (_, change, says) => {
    expect(await check(change)).toMatchObject({
      result: 'warn',
      says: expect.stringContaining(says) as string,
      fix: expect.stringMatching(/scan processes|CAP_SYS_PTRACE/) as string,
    })
  })
})
