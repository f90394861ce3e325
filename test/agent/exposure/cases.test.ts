// Hosts recorded from a real kernel, each with what connecting from outside proved.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { scanFirewall } from '../../../agent/commands/scan-firewall.ts'
import { createRecordedHost } from '../../../agent/host/recorded-host.ts'

const CASES = 'test/fixtures/exposure'

describe('a host recorded from a real kernel', () => {
  it.each(readdirSync(CASES))('%s', async (name) => {
    const directory = join(CASES, name)
    const { expected } = JSON.parse(readFileSync(join(directory, 'expected.json'), 'utf8')) as {
      expected: Record<string, string>
    }

    const { rows, reason } = await scanFirewall(createRecordedHost({ directory, clock: 'recorded' }))

    const found = Object.keys(expected).map((key) => {
      const verdicts = rows
        .filter((row) => `${row.protocol}${row.family}:${row.port}` === key)
        .map(({ verdict }) => verdict)
      return [key, verdicts.includes('exposed') ? 'exposed' : (verdicts[0] ?? 'no row')]
    })
    expect(Object.fromEntries(found)).toEqual(expected)
    expect(reason).toBeNull()
  })
})
