import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { FACTS_MS_MAX } from '../../../agent/probes/firewall-facts.ts'
import { exposureProbe } from '../../../agent/probes/exposure.ts'
import type { ProbeContext } from '../../../agent/probes/probe.ts'
import { takeSnapshot } from '../../../agent/take-snapshot.ts'
import type { FirewallFacts } from '../../../shared/facts/firewall.ts'
import { contextOf, makeRecording } from '../../support/recorded-host.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'

const UPTIME_MS = 3_600_000
const SCANNED: FirewallFacts = {
  format: 1,
  rows: [],
  tools: ['iptables', 'nft'],
  readable: true,
  reason: null,
  digest: 'x'.repeat(22),
  bootId: null,
  readUptimeMs: UPTIME_MS - 600_000,
  readAt: '2026-11-22T11:50:00.000Z',
}

/** A host that is up for an hour. */
function contextWith(changes: Partial<ProbeContext>): ProbeContext {
  const clock = { now: '2026-11-22T12:00:00Z', bootedAt: '2026-11-22T11:00:00Z' }
  return { ...contextOf(makeRecording({ 'clock.json': { json: clock } })), ...changes }
}
const readWith = (changes: Partial<ProbeContext>) => exposureProbe.read(contextWith(changes))

describe('from what the ports were judged', () => {
  it('is told with the tools whose rules the scan read, as of the scan', async () => {
    const context = contextWith({ facts: SCANNED })
    const { exposure } = (await takeSnapshot(context, ['exposure'])).sections

    expect(exposure?.section).toEqual({ outcome: 'observed', reason: null, value: { tools: ['iptables', 'nft'] } })
    expect(exposure?.readAtUptimeMs).toBe(UPTIME_MS - 600_000)
  })

  it('has the same digest whenever the same was read', async () => {
    const readings = [0, 60_000].map(async (later) => {
      const facts = { ...SCANNED, readUptimeMs: SCANNED.readUptimeMs + later }
      return (await takeSnapshot(contextWith({ facts }), ['exposure'])).sections.exposure?.digest
    })
    const [first, second] = await Promise.all(readings)

    expect(first).toMatch(/^[\w-]{22}$/)
    expect(second).toBe(first)
  })

  it('is a failure with the reason of the scan where that could not read the rules', async () => {
    const reason = 'nft is not installed, so its rules cannot be read'

    expect(await readWith({ facts: { ...SCANNED, tools: [], readable: false, reason } })).toMatchObject({
      outcome: 'failed',
      reason,
    })
  })

  it.each([
    ['never answered', {}, 'no scan of the firewall has answered yet'],
    ['left something else', { 'firewall.json': '{"format":2}' }, 'cannot be understood'],
    [
      'answered too long ago',
      { 'firewall.json': JSON.stringify({ ...SCANNED, readUptimeMs: UPTIME_MS - FACTS_MS_MAX - 1 }) },
      'too long ago',
    ],
    [
      'answered in another boot',
      { 'firewall.json': JSON.stringify({ ...SCANNED, readUptimeMs: UPTIME_MS + 60_000 }) },
      'of another boot',
    ],
  ])('is a failure where the scan %s', async (_, files, reason) => {
    const factsDirectory = temporaryDirectory()
    for (const [name, text] of Object.entries(files)) writeFileSync(join(factsDirectory, name), text)
    const section = await readWith({ factsDirectory })

    expect(section).toMatchObject({ outcome: 'failed', reason: expect.stringContaining(reason) as string })
  })

  it('is nothing to look for in a recording without sockets and rules', async () => {
    expect(await readWith({})).toMatchObject({ outcome: 'absent' })
  })
})
