import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { FirewallFile, knowledgeOf, parseFirewallFacts } from '../../../agent/probes/firewall-facts.ts'
import { createRecordedHost } from '../../../agent/host/recorded-host.ts'
import { makeRecording, temporaryDirectory } from '../../support/recorded-host.ts'

const ROW = {
  protocol: 'tcp',
  family: 4,
  address: '0.0.0.0',
  port: 443,
  unit: null,
  verdict: 'exposed',
  reason: 'no-firewall',
  rule: null,
  share: 1,
  via: null,
  container: null,
}
const FACTS = {
  format: 1,
  rows: [ROW],
  tools: ['nft'],
  readable: true,
  reason: null,
  digest: 'd',
  bootId: 'boot-1',
  readUptimeMs: 3_600_000,
  readAt: '2026-11-22T05:00:00.000Z',
}
const MINUTE_MS = 60_000

/** A host that is up for an hour and `minutes`. */
function hostAfter(minutes: number, bootId = 'boot-1') {
  const now = new Date(Date.parse('2026-11-22T05:00:00Z') + minutes * MINUTE_MS).toISOString()
  const directory = makeRecording({
    'clock.json': { json: { now, bootedAt: '2026-11-22T04:00:00Z' } },
    'proc/sys/kernel/random/boot_id': `${bootId}\n`,
  })
  return createRecordedHost({ directory, clock: 'recorded' })
}

function written(value: unknown): string {
  const directory = temporaryDirectory()
  writeFileSync(join(directory, 'firewall.json'), JSON.stringify(value))
  return directory
}

const kindOf = async (found: unknown, minutes: number, bootId?: string) =>
  (await knowledgeOf(await new FirewallFile(written(found)).read(), hostAfter(minutes, bootId))).kind

describe('facts of the firewall', () => {
  it('count for 35 minutes of this boot', async () => {
    expect(await kindOf(FACTS, 0)).toBe('known')
    expect(await kindOf(FACTS, 35)).toBe('known')
    expect(await kindOf(FACTS, 36)).toBe('old')
  })

  it('of another boot are none, whatever the clock says', async () => {
    expect(await kindOf(FACTS, 0, 'boot-2')).toBe('none')
    expect(await kindOf({ ...FACTS, bootId: null, readUptimeMs: 9e9 }, 0)).toBe('none')
  })

  it('are not there before a scan answered', async () => {
    expect(await new FirewallFile(temporaryDirectory()).read()).toEqual({
      why: 'no scan of the firewall has answered yet',
    })
  })

  it('of a host with thousands of rules are read whole', async () => {
    const rows = Array.from({ length: 4_000 }, (_, at) => ({ ...ROW, port: at + 1, rule: 'r'.repeat(200) }))
    const found = await new FirewallFile(written({ ...FACTS, rows })).read()

    expect('rows' in found && found.rows.length).toBe(4_000)
  })

  it('name tools as a report may: one that cannot be named would cost the whole report', async () => {
    const found = await new FirewallFile(written({ ...FACTS, tools: ['nft', '', 5, 'x'.repeat(65)] })).read()

    expect(found).toMatchObject({ tools: ['nft', 'x'.repeat(64)] })
  })

  it('are read again when a scan has replaced them', async () => {
    const directory = written(FACTS)
    const file = new FirewallFile(directory)
    const before = await file.read()
    writeFileSync(join(directory, 'new'), JSON.stringify({ ...FACTS, rows: [] }))
    renameSync(join(directory, 'new'), join(directory, 'firewall.json'))

    expect(before).toMatchObject({ rows: [{ port: 443 }] })
    expect(await file.read()).toMatchObject({ rows: [] })
  })

  it('that are a directory, or cut, say what is wrong instead', async () => {
    const directory = temporaryDirectory()
    mkdirSync(join(directory, 'firewall.json'))

    expect(await new FirewallFile(directory).read()).toMatchObject({
      why: expect.stringContaining('directory') as string,
    })
  })
})

describe('what no scan of ours wrote', () => {
  it.each([
    ['a list', []],
    ['another format', { ...FACTS, format: 2 }],
    ['no moment', { ...FACTS, readUptimeMs: undefined }],
    ['a verdict of its own', { ...FACTS, rows: [{ ...ROW, verdict: 'open' }] }],
    ['a port that is none', { ...FACTS, rows: [{ ...ROW, port: 0 }] }],
    ['an address that is none', { ...FACTS, rows: [{ ...ROW, address: '<b>' }] }],
    ['no reason', { ...FACTS, rows: [{ ...ROW, reason: '' }] }],
    ['a row that is none', { ...FACTS, rows: [null] }],
  ])('is not taken: %s', (_, value) => {
    expect(parseFirewallFacts(value)).toBeNull()
  })

  it('is bounded where it is text', () => {
    const facts = parseFirewallFacts({ ...FACTS, rows: [{ ...ROW, rule: 'x'.repeat(9_000), share: 7 }] })

    expect(facts?.rows[0]).toMatchObject({ rule: 'x'.repeat(1_024), share: null })
  })
})
