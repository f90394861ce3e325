// What the agent reads on a host. Whatever is in a file: every probe answers, none fails because of its own mistake, and
// the report that comes of it is one a collector takes.
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { createBootMemory } from '../../../agent/files/boot-memory.ts'
import { composeReport } from '../../../agent/delivery/message.ts'
import { DpkgWatch } from '../../../agent/probes/dpkg-watch.ts'
import type { HostLabels, ProbeContext } from '../../../agent/probes/probe.ts'
import { takeSnapshot, type Snapshot } from '../../../agent/take-snapshot.ts'
import { scanJson } from '../../../collector/api/scan-json.ts'
import { validatorFor } from '../../../collector/api/validation.ts'
import { JSON_DEPTH_MAX, REPORT_INFLATED_BYTES_MAX, REPORT_TOKENS_MAX } from '../../../shared/protocol/limits.ts'
import { report } from '../../../shared/protocol/report.ts'
import type { SectionName } from '../../../shared/sections/names.ts'
import { createMemoryHost, IP_ADDRESS_JSON, type HostTexts } from './memory-host.ts'
import { mutateJson } from './mutate-json.ts'
import { mutateText } from './mutate-text.ts'
import type { Random } from './random.ts'
import { SurfaceFault, textOf, type Surface } from './surface.ts'

const FIXTURES = 'test/fixtures/hosts'
const NOW = Date.parse('2026-11-22T12:00:00Z')
const BOOTED_AT = Date.parse('2026-11-20T12:00:00Z')
export const UPTIME_MS = NOW - BOOTED_AT
const NO_LABELS: HostLabels = { name: null, application: null, environment: null, tags: {}, heartbeatMs: null }

/** Which sections are read from which file. `missing` stands in where no recorded host has it. */
type FileSurface = { name: string; paths: readonly string[]; sections: readonly SectionName[]; missing?: string }

/** As in /proc/net. */
export const SOCKETS = [
  '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
  '   0: 0100007F:1538 00000000:0000 0A 00000000:00000000 00:00000000 00000000   101        0 17 1 0 100 0 0 10 0',
  '   1: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 18 1 0 100 0 0 10 0',
  '   2: 0100007F:C350 0100007F:1538 01 00000000:00000000 00:00000000 00000000     0        0 19 1 0 100 0 0 10 0',
  '',
].join('\n')

/** As apt and dpkg write them, one below the other: each leaves out what is the other's. */
const HISTORY = [
  'Start-Date: 2026-11-22  04:46:16',
  'Commandline: apt-get dist-upgrade -y',
  'Requested-By: anna (1000)',
  'Upgrade: libssl3:amd64 (3.0.20-1~deb12u2, 3.0.22-1~deb12u2), apt:amd64 (2.6.1, 2.6.2)',
  'End-Date: 2026-11-22  04:46:37',
  '',
  '2026-11-22 04:46:21 upgrade libssl3:amd64 3.0.20-1~deb12u2 3.0.22-1~deb12u2',
  '2026-11-22 04:46:22 status installed libssl3:amd64 3.0.22-1~deb12u2',
  '',
].join('\n')

const FILE_SURFACES: readonly FileSurface[] = [
  { name: 'dpkg-status', paths: ['/var/lib/dpkg/status'], sections: ['packages', 'kernel'] },
  { name: 'reboot-required', paths: ['/run/reboot-required', '/run/reboot-required.pkgs'], sections: ['sentinel'] },
  {
    name: 'socket-tables',
    paths: ['/proc/net/tcp', '/proc/net/tcp6', '/proc/net/udp', '/proc/net/udp6'],
    sections: ['listeners'],
    missing: SOCKETS,
  },
  { name: 'mountinfo', paths: ['/proc/self/mountinfo'], sections: ['host', 'sentinel'] },
  { name: 'os-release', paths: ['/etc/os-release'], sections: ['host'] },
  { name: 'dpkg-log', paths: ['/var/log/dpkg.log', '/var/log/dpkg.log.1'], sections: ['kernel', 'sentinel'] },
  {
    name: 'apt-history',
    paths: ['/var/log/apt/history.log', '/var/log/dpkg.log'],
    sections: ['updates'],
    missing: HISTORY,
  },
  {
    name: 'other-host-files',
    paths: [
      '/proc/sys/kernel/osrelease',
      '/proc/sys/kernel/version',
      '/proc/sys/kernel/hostname',
      '/proc/sys/kernel/random/boot_id',
      '/proc/version_signature',
      '/proc/cpuinfo',
      '/etc/machine-id',
      '/boot/grub/grubenv',
      '/sys/class/dmi/id/sys_vendor',
    ],
    sections: ['host', 'boot', 'kernel'],
    missing: 'saved_entry=gnulinux-advanced>gnulinux-6.1.0-50-cloud-amd64-advanced\n',
  },
]

export const fileSurfaces: readonly Surface[] = FILE_SURFACES.map((surface) => ({
  name: surface.name,
  async open() {
    const hosts = recordedHosts()
    return {
      input: (random) => {
        const host = random.pick(hosts)
        const path = random.pick(surface.paths)
        return { host: host.name, path, text: mutateText(host.files.get(path) ?? surface.missing ?? '', random) }
      },
      feed: (input) => {
        const { host, path, text } = input as { host: string; path: string; text: string }
        const files = hosts.find(({ name }) => name === host)?.files ?? new Map<string, string>()
        return lookAt(new Map([...files, [path, text]]), surface.sections)
      },
      check: async () => {},
      close: async () => {},
    }
  },
}))

/** What `ip -j address` printed where the host was recorded. */
export const addressSurface: Surface = {
  name: 'ip-address',
  async open() {
    const hosts = recordedHosts()
    return {
      input: (random: Random) => {
        const { files } = random.pick(hosts.filter((host) => host.files.has(IP_ADDRESS_JSON)))
        const text = files.get(IP_ADDRESS_JSON) ?? '[]'
        return random.chance(0.7)
          ? (JSON.stringify(mutateJson(JSON.parse(text), random)) ?? '')
          : mutateText(text, random)
      },
      feed: (text) => lookAt(new Map([...(hosts[0]?.files ?? []), [IP_ADDRESS_JSON, textOf(text)]]), ['host']),
      check: async () => {},
      close: async () => {},
    }
  },
}

type RecordedHost = { name: string; files: HostTexts }

function recordedHosts(): RecordedHost[] {
  return readdirSync(FIXTURES).map((name) => ({ name, files: textsIn(join(FIXTURES, name)) }))
}

function textsIn(directory: string): HostTexts {
  const names = readdirSync(directory, { recursive: true, encoding: 'utf8' })
  const files = names.filter((name) => statSync(join(directory, name), { throwIfNoEntry: false })?.isFile() === true)
  return new Map(files.map((name) => [`/${name}`, readFileSync(join(directory, name), 'utf8')]))
}

const validate = validatorFor(report)

/** Looks at the host and answers how each section came out. Throws SurfaceFault where the agent itself is wrong. */
export async function lookAt(
  files: HostTexts,
  sections: readonly SectionName[],
  { labels = NO_LABELS, factsDirectory = null }: { labels?: HostLabels; factsDirectory?: string | null } = {},
): Promise<string> {
  const context: ProbeContext = {
    host: createMemoryHost(files, { now: NOW, bootedAt: BOOTED_AT }),
    memory: createBootMemory(),
    dpkg: new DpkgWatch(),
    runMarker: 'ab'.repeat(16),
    labels,
    agentVersion: '0.1.0',
    factsDirectory,
  }
  const snapshot = await takeSnapshot(context, sections)
  requireAcceptable(snapshot, sections)
  return sections.map((name) => `${name} ${snapshot.sections[name]?.section.outcome ?? 'none'}`).join(', ')
}

/** What V8 says of a mistake in the program; what a probe says of a file never reads like it. */
const OWN_MISTAKE = /is not a function|Cannot read|not iterable|is not defined|call stack|Invalid (?:array|string|time)/

function requireAcceptable(snapshot: Snapshot, sections: readonly SectionName[]): void {
  for (const name of sections) {
    const section = snapshot.sections[name]?.section
    if (section === undefined) throw new SurfaceFault(`section ${name} was not read at all`)
    if (OWN_MISTAKE.test(section.reason ?? '')) throw new SurfaceFault(`section ${name}: ${section.reason}`)
  }
  const envelope = {
    instance: 'a'.repeat(32),
    seq: 1,
    uptimeMs: 1_000,
    sentAtMs: NOW,
    reason: null,
    answers: null,
    whole: sections,
  }
  const text = JSON.stringify(composeReport(snapshot, envelope))
  const bytes = Buffer.from(text)
  const limits = { depthMax: JSON_DEPTH_MAX, tokensMax: REPORT_TOKENS_MAX }
  if (bytes.length > REPORT_INFLATED_BYTES_MAX) throw new SurfaceFault(`the report has ${bytes.length} bytes`)
  if (scanJson(bytes, limits) !== 'fine') throw new SurfaceFault(`the report is ${scanJson(bytes, limits)}`)
  const checked = validate(JSON.parse(text))
  if ('error' in checked)
    throw new SurfaceFault(`a collector refuses the report: ${JSON.stringify(checked.error.options.errors)}`)
}
