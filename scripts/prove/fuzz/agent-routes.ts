// What hosts send: enrolments with a good join key, reports with a good credential.
import { rootDigest, sectionDigest } from '../../../shared/digest.ts'
import { paths } from '../../../shared/protocol/paths.ts'
import { fullReport } from '../../../test/support/full-report.ts'
import { ReportBuilder } from '../../../test/support/report-builder.ts'
import { FuzzedCollector, requireProblem, type FuzzRequest } from './fuzzed-collector.ts'
import { jsonBody } from './json-body.ts'
import type { Random } from './random.ts'
import type { OpenSurface, Surface } from './surface.ts'

const HOUR_MS = 3_600_000
const SENDERS = 16
/** Enrolling again with the same hash gives the same server: the fleet stays small, however long the run. */
const HASHES = 50

export const enrolSurface: Surface = {
  name: 'enrol',
  async open() {
    const fuzzed = await FuzzedCollector.open()
    const joinKey = fuzzed.collector.createJoinKey({ usesMax: 500 })
    const input = (random: Random) => {
      const value = {
        proto: 1,
        credentialHash: `${random.below(HASHES)}`.padEnd(43, 'h'),
        name: `web-${random.below(100)}`,
        ...(random.chance(0.5) ? { machineId: random.hex(32) } : {}),
      }
      return posted(paths.enroll(), joinKey, jsonBody(value, random))
    }
    return onRoute(fuzzed, input)
  },
}

export const reportSurface: Surface = {
  name: 'report',
  async open() {
    const fuzzed = await FuzzedCollector.open()
    const credentials: string[] = []
    for (let count = 0; count < SENDERS; count++) {
      const { credential } = await fuzzed.reporting(`sender-${count}`)
      credentials.push(credential)
    }
    const input = (random: Random, index: number) => {
      const sender = random.below(SENDERS)
      const value = reportOf(sender, index, random)
      return posted(paths.report(), credentials[sender] ?? '', jsonBody(value, random, withTrueDigests))
    }
    return onRoute(fuzzed, input)
  },
}

function posted(url: string, credential: string, { body, headers }: { body: Buffer; headers: Record<string, string> }) {
  return { method: 'POST', url, headers: { ...headers, authorization: `Bearer ${credential}` }, body } as const
}

function onRoute(fuzzed: FuzzedCollector, input: OpenSurface['input']): OpenSurface {
  return {
    input,
    async feed(request) {
      const { status, body } = await fuzzed.send(request as FuzzRequest)
      if (status >= 400) requireProblem(status, body)
      return String(status)
    },
    check: () => fuzzed.check(),
    close: () => fuzzed.close(),
  }
}

function reportOf(sender: number, index: number, random: Random): unknown {
  const builder = new ReportBuilder(`sender-${sender}`)
  const uptimeMs = HOUR_MS + index * 1_000
  const base = random.pick([() => fullReport(builder), () => builder.whole(), () => builder.heartbeat()])()
  return { ...base, instance: sender.toString(16).padStart(32, '0'), seq: uptimeMs, uptimeMs }
}

/** Digests and root as an agent would have made them of the same sections: so that a change gets past the first check. */
function withTrueDigests(report: unknown): unknown {
  try {
    const { sections, ...rest } = report as { sections: Record<string, { digest: string }> }
    const digested = Object.entries(sections).map(([name, section]) => {
      const digest = 'value' in section ? sectionDigest(section as never) : section.digest
      return [name, { ...section, digest }] as const
    })
    const root = rootDigest(Object.fromEntries(digested.map(([name, { digest }]) => [name, digest])))
    return { ...rest, root, sections: Object.fromEntries(digested) }
  } catch {
    // The change left nothing that has a digest.
    return report
  }
}
