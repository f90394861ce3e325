// A recorded host holds what commands printed: a snapshot of it judges its ports on the spot.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { lookAtHost } from '../../../agent/commands/snapshot.ts'
import type { Listener, ListenersSection } from '../../../shared/sections/listeners.ts'

const CASES = 'test/fixtures/exposure'
const RANKS = { exposed: 2, unknown: 1, filtered: 0 } as const

/** "tcp4:80" to the worst verdict of its rows. */
function verdictsOf(rows: ListenersSection): Record<string, Listener['verdict']> {
  const found: Record<string, Listener['verdict']> = {}
  for (const { protocol, family, port, verdict } of rows) {
    const key = `${protocol}${family}:${port}`
    const known = found[key]
    if (known === undefined || RANKS[verdict] > RANKS[known]) found[key] = verdict
  }
  return found
}

describe('a snapshot of a recorded host', () => {
  it.each(readdirSync(CASES))('%s has the verdicts that connecting from outside proved', async (name) => {
    const { expected } = JSON.parse(readFileSync(join(CASES, name, 'expected.json'), 'utf8')) as {
      expected: Record<string, string>
    }
    const { sections } = await lookAtHost(join(CASES, name), {})

    expect(verdictsOf(sections.listeners?.value as ListenersSection)).toMatchObject(expected)
  })
})
