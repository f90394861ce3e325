// What one-shot scans leave for the agent, read as it reads them: from a file. The scans are ours and of any version; their
// files lie where only root writes, and a row that a collector would refuse would cost the whole report.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FactsName } from '../../../agent/host/facts-file.ts'
import type { FirewallFacts } from '../../../shared/facts/firewall.ts'
import type { ProcessesFacts } from '../../../shared/facts/processes.ts'
import type { SectionName } from '../../../shared/sections/names.ts'
import { lookAt, SOCKETS, UPTIME_MS } from './agent-files.ts'
import { mutateJson } from './mutate-json.ts'
import { mutateText } from './mutate-text.ts'
import type { Random } from './random.ts'
import { textOf, type Surface } from './surface.ts'

const READ = { bootId: null, readUptimeMs: UPTIME_MS - 60_000, readAt: '2026-11-22T11:59:00.000Z' } as const

const FIREWALL: FirewallFacts = {
  format: 1,
  rows: [
    {
      protocol: 'tcp',
      family: 4,
      address: '0.0.0.0',
      port: 22,
      unit: 'ssh.service',
      verdict: 'exposed',
      reason: 'rules-accept',
      rule: 'inet filter input: tcp dport 22 accept',
      share: 1,
      via: null,
      container: null,
    },
    {
      protocol: 'tcp',
      family: 4,
      address: '127.0.0.1',
      port: 5432,
      unit: null,
      verdict: 'filtered',
      reason: 'loopback-bind',
      rule: null,
      share: 0,
      via: 'dnat',
      container: 'db',
    },
  ],
  tools: ['nft'],
  readable: true,
  reason: null,
  digest: 'd'.repeat(22),
  ...READ,
}

const PROCESSES: ProcessesFacts = {
  format: 1,
  outdated: [
    {
      pids: [812, 813],
      more: 3,
      unit: 'nginx.service',
      command: 'nginx',
      user: 'www-data',
      packages: ['libssl3'],
      files: ['/usr/lib/x86_64-linux-gnu/libssl.so.3'],
      remedy: 'restart',
    },
    {
      pids: [900],
      container: 'db',
      command: 'x',
      user: null,
      packages: [],
      files: ['/a'],
      remedy: 'container',
      isLocal: true,
    },
  ],
  count: 5,
  looked: 300,
  missing: 'a process could not be looked at',
  problem: null,
  ...READ,
}

type FactsSurface = { name: string; file: FactsName; facts: object; sections: readonly SectionName[] }

const FACTS_SURFACES: readonly FactsSurface[] = [
  { name: 'facts-of-firewall', file: 'firewall', facts: FIREWALL, sections: ['listeners', 'exposure'] },
  { name: 'facts-of-processes', file: 'processes', facts: PROCESSES, sections: ['processes'] },
]
const HOST_FILES = new Map([['/proc/net/tcp', SOCKETS]])

export const factsSurfaces: readonly Surface[] = FACTS_SURFACES.map(({ name, file, facts, sections }) => ({
  name,
  async open() {
    const directory = mkdtempSync(join(tmpdir(), 'overdue-fuzz-facts-'))
    return {
      input: (random) => changed(facts, random),
      feed(text) {
        writeFileSync(join(directory, `${file}.json`), textOf(text), { mode: 0o644 })
        return lookAt(HOST_FILES, sections, { factsDirectory: directory })
      },
      check: async () => {},
      close: async () => rmSync(directory, { recursive: true, force: true }),
    }
  },
}))

function changed(facts: object, random: Random): string {
  const text = JSON.stringify(random.chance(0.8) ? mutateJson(facts, random) : facts) ?? ''
  return random.chance(0.2) ? mutateText(text, random) : text
}
