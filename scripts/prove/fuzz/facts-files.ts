// What one-shot scans leave for the agent, read as it reads them: from a file. The scans are ours and of any version; their
// files lie where only root writes, and a row that a collector would refuse would cost the whole report.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FactsName } from '../../../agent/host/facts-file.ts'
import type { FamilyFacts } from '../../../shared/facts/families.ts'
import type { FirewallFacts } from '../../../shared/facts/firewall.ts'
import type { ProcessesFacts } from '../../../shared/facts/processes.ts'
import type { UpdatesFacts } from '../../../shared/facts/updates.ts'
import type { Inventory } from '../../../shared/sections/host.ts'
import type { SectionName } from '../../../shared/sections/names.ts'
import { lookAt, SOCKETS, UPTIME_MS } from './agent-files.ts'
import type { HostTexts } from './memory-host.ts'
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
  programs: ['/opt/rbenv/versions/3.3.6/bin/ruby', '/usr/local/bin/redis-server'],
  count: 5,
  looked: 300,
  missing: 'a process could not be looked at',
  problem: null,
  ...READ,
}

const AT = { uptimeMs: 3_600_000, hostTime: '2026-11-20T13:00:00.000Z' } as const

const UPDATES: UpdatesFacts = {
  format: 1,
  pending: {
    total: 2,
    security: 1,
    held: 1,
    phased: 0,
    packages: [
      { package: 'libssl3', from: '3.0.17-1', to: '3.0.22-1', isSecurity: true },
      { package: 'curl', from: '1', to: '2' },
    ],
    listsAt: AT,
  },
  unattendedUpgrades: {
    enabled: true,
    health: 'failing',
    why: 'the last line of its log is an error',
    lastRunAt: AT,
    automaticReboot: true,
    automaticRebootTime: '02:00',
  },
  fixes: [
    {
      package: 'libssl3:amd64',
      from: '1',
      to: '2',
      cves: ['CVE-2026-1111'],
      more: 3,
      missing: null,
      isInThisBoot: true,
    },
    { package: 'curl:amd64', from: '1', to: '2', cves: [], more: 0, missing: 'it has no changelog on this host' },
  ],
  missing: {},
  marks: { pending: 'a', fixes: null },
  ...READ,
}

const FAMILIES: FamilyFacts = {
  format: 1,
  core: [
    { name: 'kernel', installedAt: 1_800_000_000 },
    { name: 'glibc', installedAt: 1_700_000_000 },
  ],
  installed: ['glibc=2.39-1.fc42', 'nginx=1.26.2-1.fc42'],
  image: { next: '42.20261120.0' },
  livepatch: { upgrade: 'can-wait', kernel: '6.8.0-79-generic', patchState: 'applied', support: 'supported' },
  missing: { image: 'there is no bootc' },
  ...READ,
}

const INVENTORY: Inventory = {
  manufacturer: 'Dell Inc.',
  model: 'R640',
  hypervisor: null,
  cpu: { model: 'AMD EPYC', cores: 2 },
  memoryBytes: 8_589_934_592,
  disks: [{ name: 'sda', model: 'QEMU', sizeBytes: 1_000 }],
}

type FactsSurface = {
  name: string
  file: FactsName
  facts: object
  sections: readonly SectionName[]
  files: HostTexts
}

/** Of a host on which each part of the facts counts for something. */
const RPM_HOST: HostTexts = new Map([
  ['/var/lib/rpm/rpmdb.sqlite', ''],
  ['/run/ostree-booted', ''],
  ['/snap/bin/canonical-livepatch', ''],
  ['/boot/vmlinuz-6.8.0-79-generic', ''],
  ['/proc/sys/kernel/osrelease', '6.8.0-79-generic\n'],
  ['/sys/kernel/livepatch/lkp_1/enabled', '1\n'],
  ['/sys/kernel/livepatch/lkp_1/transition', '0\n'],
])
const STATUS = 'Package: nginx\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1.22.1-9\n'
const DPKG_HOST: HostTexts = new Map([['/var/lib/dpkg/status', STATUS]])
const SOCKET_HOST: HostTexts = new Map([['/proc/net/tcp', SOCKETS]])

const FACTS_SURFACES: readonly FactsSurface[] = [
  { name: 'firewall', file: 'firewall', facts: FIREWALL, sections: ['listeners', 'exposure'], files: SOCKET_HOST },
  { name: 'processes', file: 'processes', facts: PROCESSES, sections: ['processes'], files: SOCKET_HOST },
  { name: 'components', file: 'processes', facts: PROCESSES, sections: ['components'], files: DPKG_HOST },
  { name: 'updates', file: 'updates', facts: UPDATES, sections: ['updates'], files: DPKG_HOST },
  {
    name: 'families',
    file: 'families',
    facts: FAMILIES,
    sections: ['sentinel', 'kernel', 'components'],
    files: RPM_HOST,
  },
  { name: 'inventory', file: 'inventory', facts: INVENTORY, sections: ['host'], files: DPKG_HOST },
]

export const factsSurfaces: readonly Surface[] = FACTS_SURFACES.map(({ name, file, facts, sections, files }) => ({
  name: `facts-of-${name}`,
  async open() {
    const directory = mkdtempSync(join(tmpdir(), 'overdue-fuzz-facts-'))
    return {
      input: (random) => changed(facts, random),
      feed(text) {
        writeFileSync(join(directory, `${file}.json`), textOf(text), { mode: 0o644 })
        return lookAt(files, sections, { factsDirectory: directory })
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
