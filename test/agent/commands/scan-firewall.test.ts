import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runScanFirewall, scanFirewall } from '../../../agent/commands/scan-firewall.ts'
import { createRecordedHost } from '../../../agent/host/recorded-host.ts'
import type { FirewallFacts } from '../../../shared/facts/firewall.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'

const CASE = 'test/fixtures/exposure/05-iptables-drop-policy-22-open-v6-has-no-rules'

async function run(argv: readonly string[]) {
  const printed = { out: '', err: '' }
  const exit = await runScanFirewall(argv, {
    stdout: { write: (text: string) => (printed.out += text) },
    stderr: { write: (text: string) => (printed.err += text) },
  })
  return { exit, ...printed }
}

const withoutTime = (facts: FirewallFacts) => ({ ...facts, readAt: '', readUptimeMs: 0 })
const scanned = (directory: string) => scanFirewall(createRecordedHost({ directory, clock: 'recorded' }))

describe('scan firewall', () => {
  it('prints the verdicts of a recorded host with the rule that decided', async () => {
    const { exit, out } = await run(['--root', CASE, '--json'])

    const { rows, tools, readable } = JSON.parse(out) as FirewallFacts
    expect(exit).toBe(0)
    expect({ tools, readable }).toEqual({ tools: ['iptables'], readable: true })
    expect(rows.find(({ family, port }) => family === 4 && port === 22)).toEqual({
      protocol: 'tcp',
      family: 4,
      address: '0.0.0.0',
      port: 22,
      unit: null,
      verdict: 'exposed',
      reason: 'accept-rule',
      rule: '-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT',
      share: 1,
      via: null,
      container: null,
    })
  })

  it('leaves them in a file that is replaced as a whole', async () => {
    const file = join(temporaryDirectory(), 'firewall.json')

    const { exit, out } = await run(['--root', CASE, '--out', file])

    expect({ exit, out }).toEqual({ exit: 0, out: '' })
    const left = JSON.parse(readFileSync(file, 'utf8')) as FirewallFacts
    expect(withoutTime(left)).toEqual(withoutTime(await scanned(CASE)))
  })

  it('says what failed where the file cannot be written', async () => {
    const { exit, err } = await run(['--root', CASE, '--out', '/proc/nowhere/firewall.json'])

    expect(exit).toBe(1)
    expect(err).toContain('/proc/nowhere/firewall.json')
  })

  it('gives equal inputs equal digests, and other rules another', async () => {
    const other = 'test/fixtures/exposure/06-established-only-accept'

    expect(withoutTime(await scanned(CASE))).toEqual(withoutTime(await scanned(CASE)))
    expect((await scanned(CASE)).digest).not.toBe((await scanned(other)).digest)
  })

  it('judges nothing anew while nothing changed', async () => {
    const first = await scanned(CASE)
    const marked = { ...first, rows: [], readAt: 'before' }
    const again = await scanFirewall(createRecordedHost({ directory: CASE, clock: 'recorded' }), marked)

    expect(again).toEqual({ ...first, rows: [] })
    const another = { ...marked, digest: 'another' }
    expect(await scanFirewall(createRecordedHost({ directory: CASE, clock: 'recorded' }), another)).toEqual(first)
  })

  it('knows what it found last time from its own file alone', async () => {
    const file = join(temporaryDirectory(), 'firewall.json')
    const rowsLeft = async () => {
      await run(['--root', CASE, '--out', file])
      return (JSON.parse(readFileSync(file, 'utf8')) as FirewallFacts).rows.length
    }
    const all = await rowsLeft()
    const left = JSON.parse(readFileSync(file, 'utf8')) as FirewallFacts

    writeFileSync(file, JSON.stringify({ ...left, rows: left.rows.slice(1) }))
    expect(await rowsLeft()).toBe(all - 1)
    for (const useless of ['', '{', '[]', 'null', '{"format":2}', JSON.stringify({ ...left, rows: null })]) {
      writeFileSync(file, useless)
      expect(await rowsLeft()).toBe(all)
    }
  })

  it('says which tool is missing where nothing can be judged', async () => {
    const facts = await scanned(temporaryDirectory())

    expect(facts).toMatchObject({ rows: [], readable: false, reason: expect.stringContaining('ss') as string })
  })
})
