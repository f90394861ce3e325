import { describe, expect, it } from 'vitest'
import { effectText } from '../../../collector/cli/effect-text.ts'
import { toServerDocument, toServerItem } from '../../../collector/views/server-view.ts'
import type { ListenersSection } from '../../../shared/sections/listeners.ts'
import type { ProcessesSection } from '../../../shared/sections/processes.ts'
import { summarizeListeners, summarizeProcesses } from '../../../shared/sections/summaries.ts'
import { absent, NOW, observed } from '../../shared/judgement/subjects.ts'
import { recordOf } from '../../support/judged-record.ts'

const PROCESSES: ProcessesSection = {
  outdated: [
    {
      pids: [700, 701],
      unit: 'nginx.service',
      command: 'nginx',
      user: 'www-data',
      packages: ['libssl3'],
      files: ['/usr/lib/x86_64-linux-gnu/libssl.so.3'],
      remedy: 'restart',
    },
    {
      pids: [900],
      unit: 'session-1.scope',
      command: 'bash',
      user: 'jo',
      packages: ['bash'],
      files: ['/usr/bin/bash'],
      remedy: 'relogin',
    },
    {
      pids: [950],
      container: 'c0ffee',
      command: 'app',
      user: null,
      packages: [],
      files: ['/usr/lib/x.so'],
      remedy: 'container',
      isLocal: true,
    },
  ],
  count: 3,
  missing: null,
}
const LISTENERS: ListenersSection = [
  {
    protocol: 'tcp',
    family: 4,
    address: '127.0.0.1',
    port: 443,
    verdict: 'filtered',
    reason: 'loopback-bind',
    unit: 'nginx.service',
  },
  {
    protocol: 'tcp',
    family: 4,
    address: '0.0.0.0',
    port: 443,
    verdict: 'exposed',
    reason: 'accept-rule',
    unit: 'nginx.service',
  },
  {
    protocol: 'tcp',
    family: 4,
    address: '0.0.0.0',
    port: 22,
    verdict: 'exposed',
    reason: 'accept-rule',
    unit: 'ssh.service',
  },
]
const record = () =>
  recordOf(1, {
    processes: observed(summarizeProcesses(PROCESSES)),
    listeners: observed(summarizeListeners(LISTENERS)),
  })

describe('what runs replaced code, in the document of a server', () => {
  it('is counted, with the units that can be restarted', () => {
    const nginx = {
      unit: 'nginx.service',
      packages: ['libssl3'],
      packagesMore: 0,
      remedy: 'restart',
      verdict: 'exposed',
      ports: [{ protocol: 'tcp', port: 443 }],
      since: new Date(NOW).toISOString(),
    }
    const open = { openServices: [nginx], openServicesMore: 0 }
    const expected = { processes: 3, units: ['nginx.service'], unitsMore: 0, ...open }
    expect(toServerItem(record(), NOW, NOW).outdated).toEqual(expected)
    expect(toServerDocument(record(), NOW, NOW).outdated).toEqual(expected)
  })

  it('is told process by process, with the ports its unit answers, each with its worst verdict', () => {
    const rows = toServerDocument(record(), NOW, NOW, LISTENERS, PROCESSES).outdatedProcesses

    const port = { protocol: 'tcp', family: 4, port: 443, verdict: 'exposed' }
    const nginx = {
      unit: 'nginx.service',
      container: null,
      command: 'nginx',
      user: 'www-data',
      packages: ['libssl3'],
      files: ['/usr/lib/x86_64-linux-gnu/libssl.so.3'],
      ports: [port],
      remedy: 'restart',
      isLocal: false,
    }
    expect(rows?.slice(0, 2)).toEqual([
      { pid: 700, ...nginx },
      { pid: 701, ...nginx },
    ])
    expect(rows?.slice(2)).toMatchObject([
      { pid: 900, unit: 'session-1.scope', ports: [] },
      { pid: 950, unit: null, container: 'c0ffee', packages: [], ports: [], isLocal: true },
    ])
    expect(toServerDocument(record(), NOW, NOW, null, PROCESSES).outdatedProcesses?.[0]?.ports).toBeNull()
  })

  it('is null, and not nothing, where nobody looked', () => {
    for (const change of [{}, { processes: absent('no scan') }]) {
      const document = toServerDocument(recordOf(1, change), NOW, NOW, LISTENERS, PROCESSES)
      expect(document).toMatchObject({ outdated: null, outdatedProcesses: null })
    }
  })

  it('keeps a row of a list small, and counts what is left out', () => {
    const units = Array.from({ length: 64 }, (_, at) => `${'u'.repeat(60)}${at}.service`)
    const summary = { count: 999, units, unitsCount: 99, packages: [] }
    const { outdated } = toServerItem(recordOf(1, { processes: observed(summary) }), NOW, NOW)
    expect(outdated?.units.length).toBeGreaterThan(0)
    expect(outdated?.units.join('').length).toBeLessThanOrEqual(200)
    expect((outdated?.units.length ?? 0) + (outdated?.unitsMore ?? 0)).toBe(99)
  })

  it('is one line a kind for people, with what to do', () => {
    const text = effectText(toServerDocument(record(), NOW, NOW, LISTENERS, PROCESSES)).join('\n')
    expect(text).toMatch(
      /nginx\.service +nginx \(2\) +libssl3 +- +tcp 443 open +restart nginx +sudo systemctl restart nginx/,
    )
    expect(text).toMatch(/c0ffee +app +\/usr\/lib\/x\.so +- +- +restart the container or machine/)
    expect(effectText(toServerDocument(recordOf(1), NOW, NOW))).toEqual([])
  })
})
