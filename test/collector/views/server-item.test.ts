// The part of a server's document that lists carry: bounded, whatever the server brings.
import type { Listener } from '../../../shared/sections/listeners.ts'
import type { OutdatedGroup } from '../../../shared/sections/processes.ts'
import { summarizeListeners, summarizeProcesses } from '../../../shared/sections/summaries.ts'
import { describe, expect, it } from 'vitest'
import { toServerDocument, toServerItem } from '../../../collector/views/server-view.ts'
import { DAY, flag, HOUR, hostOf, NOW, observed } from '../../shared/judgement/subjects.ts'
import { recordOf } from '../../support/judged-record.ts'

const REQUIRED = { sentinel: observed(flag()) }
const SINCE = { since: { at: NOW - 9 * DAY - 4 * HOUR, quality: 'exact' as const } }

const LISTENER: Listener = {
  protocol: 'tcp',
  family: 4,
  address: '0.0.0.0',
  port: 443,
  verdict: 'unknown',
  reason: 'not-scanned',
}

describe('the part of the document that lists carry', () => {
  const OLD_UNIT = 'portal.service'
  const oldGroup = (index: number): OutdatedGroup => ({
    pids: [index + 1],
    unit: index === 0 ? OLD_UNIT : `${'u'.repeat(60)}${index}.service`,
    command: 'app',
    user: null,
    packages: ['a', 'b', 'c', 'd'].map((letter) => letter.repeat(50)),
    files: [],
    remedy: 'never-alone',
  })
  const many = {
    host: observed({
      ...hostOf('vm'),
      name: 'web-0001.frontend.production.europe-west.example.internal',
      application: 'customer-portal-frontend',
      environment: 'production-europe-west',
      tags: Object.fromEntries(Array.from({ length: 32 }, (_, index) => [`tag-number-${index}`, 'v'.repeat(255)])),
    }),
    sentinel: observed(flag({ packages: Array.from({ length: 1_000 }, (_, index) => `linux-modules-extra-${index}`) })),
    listeners: observed(
      summarizeListeners(
        Array.from({ length: 300 }, (_, index) => ({ ...LISTENER, unit: OLD_UNIT, port: 10_000 + index })),
      ),
    ),
    processes: observed(
      summarizeProcesses({
        outdated: Array.from({ length: 64 }, (_, index) => oldGroup(index)),
        count: 64,
        missing: null,
      }),
    ),
  }

  it('is the head of the document where all of it fits', () => {
    const record = recordOf(1, REQUIRED, SINCE)

    expect(toServerDocument(record, NOW, NOW)).toMatchObject(toServerItem(record, NOW, NOW))
  })

  it('stays below 2 KB for a server that brings a thousand names and 8 KB of tags', () => {
    const item = toServerItem(recordOf(1, many, SINCE), NOW, NOW)

    expect(Buffer.byteLength(JSON.stringify(item))).toBeLessThan(2_048)
    expect(item.packages?.length).toBeGreaterThan(5)
    expect(item.headline).toContain('and 997 more')
    expect(item).toMatchObject({ openPorts: { length: 5 }, openPortsMore: 295 })
  })

  it('stays below 2 KB with the longest snooze, too', () => {
    const covers = ['exposed', 'stale', 'silent'] as const
    const snooze = { until: NOW + 1, at: NOW, reason: 'r'.repeat(200), by: 'b'.repeat(64), covers }
    const record = recordOf(1, many, SINCE)
    const verdict = { ...record.verdict, knownExploited: ['CVE-2026-1234567', 'CVE-2026-7654321'] }
    const item = toServerItem({ ...record, verdict, snooze }, NOW, NOW)

    expect(Buffer.byteLength(JSON.stringify(item))).toBeLessThan(2_048)
    expect(item.snoozed?.reason).toMatch(/^r{59}…$/)
  })

  it('leaves nothing out of the document itself', () => {
    const document = toServerDocument(recordOf(1, many, SINCE), NOW, NOW)

    expect(document.packages).toHaveLength(1_000)
    expect(Object.keys(document.tags)).toHaveLength(32)
  })
})
