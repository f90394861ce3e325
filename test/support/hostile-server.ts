// A server that writes one text into every field a host, its files or an operator can fill, as far as each holds it.
import { declarePort } from '../../collector/actions/declare-port.ts'
import { snoozeServer } from '../../collector/actions/snooze-servers.ts'
import { paths } from '../../shared/protocol/paths.ts'
import type { Listener } from '../../shared/sections/listeners.ts'
import { observed } from '../../shared/sections/section.ts'
import type { HostState } from './report-builder.ts'
import type { TestCollector, TestServer } from './test-collector.ts'

const DAY_MS = 86_400_000
const PORT = { protocol: 'tcp', family: 4, address: '0.0.0.0' } as const

/** Enrolled, and its report accepted. */
export async function hostileServer(collector: TestCollector, text: string, joinKey: string): Promise<TestServer> {
  const server = await collector.enroll(text, joinKey)
  const { report } = server
  report.raiseFlag([text])
  fillHost(report.state, text)
  report.state.listeners = observed(listenersOf(text))
  report.state.processes = processesOf(text)
  report.state.updates = updatesOf(text)
  report.state.components = observed({
    components: [{ name: text, version: text, source: 'unknown', path: text }],
    missing: text,
  })
  const answer = await collector.post(paths.report(), server.credential, report.whole({ reason: text }))
  if (answer.statusCode !== 200) throw new Error(`refused: ${answer.statusCode} ${answer.body}`)
  return server
}

/** Snoozes it and declares one of its ports, both for that reason, by somebody of that name. */
export async function actWith({ ctx, clock }: TestCollector, id: string, text: string): Promise<void> {
  const by = { at: clock.now(), actor: text, name: text, from: null }
  const said = { until: by.at + DAY_MS, reason: text }
  const snoozed = await snoozeServer(ctx, id, said, by)
  const declared = await declarePort(ctx, id, { ...PORT, family: null, port: 443, verdict: 'exposed', ...said }, by)
  if (snoozed === null || declared === null) throw new Error('an action was not taken')
}

function fillHost({ host, kernel, sentinel, exposure }: HostState, text: string): void {
  if (host.value !== null) {
    Object.assign(host.value, { name: text, architecture: text, application: text, environment: text })
    host.value.agentVersion = text
    host.value.tags = { role: text, [cut(text, 64)]: text }
    host.value.os = { id: text, versionId: text, prettyName: text }
    host.value.virtualization = { kind: 'vm', name: text }
    host.value.addresses = [
      { interface: text, family: 4, address: cut(text, 64).padEnd(2), prefixLength: 24, scope: 'global' },
    ]
  }
  if (kernel.value !== null) {
    kernel.value.running = { release: text, packageVersion: text }
    kernel.value.installed = [{ release: `${text}2`, package: text, packageVersion: text }]
    kernel.value.bootDefault = `${text}2`
    kernel.value.livepatch = { patches: [text], covers: false, why: text }
  }
  if (sentinel.value !== null) Object.assign(sentinel.value, { text, sources: [text], packagesProblem: text })
  if (exposure.value !== null) exposure.value.tools = [cut(text, 64)]
}

function listenersOf(text: string): Listener[] {
  const why = { by: cut(text, 64), judged: 'filtered', why: text, expires: cut(text, 40), isExpired: false } as const
  const found = { reason: cut(text, 64), unit: text, rule: text }
  return [
    { ...PORT, port: 443, verdict: 'exposed', ...found, declared: why },
    { ...PORT, port: 9100, verdict: 'unknown', ...found, container: text, via: 'dnat' },
  ]
}

function processesOf(text: string): HostState['processes'] {
  const command = cut(text, 64)
  const group = { pids: [4711], command, user: command, packages: [text], files: [text] }
  return observed({
    outdated: [
      { ...group, unit: text, remedy: 'restart' },
      { ...group, pids: [4712], unit: text, container: text, remedy: 'container', isLocal: true },
    ],
    count: 2,
    missing: text,
  })
}

function updatesOf(text: string): HostState['updates'] {
  const at = { uptimeMs: 1_000, hostTime: cut(text, 40) }
  const one = { package: text, from: text, to: text }
  return observed({
    runs: [
      {
        at,
        by: { kind: 'user', user: cut(text, 64) },
        command: text,
        error: text,
        isInterrupted: true,
        changes: [{ ...one, action: 'upgrade' }],
        more: 1,
      },
    ],
    pending: { total: 1, security: 1, held: 0, phased: 0, packages: [{ ...one, isSecurity: true }], listsAt: at },
    unattendedUpgrades: {
      enabled: true,
      health: 'failing',
      why: text,
      lastRunAt: at,
      automaticReboot: true,
      automaticRebootTime: cut(text, 32),
    },
    fixes: [{ package: text, from: text, to: text, cves: ['CVE-2026-84782'], more: 1, missing: text }],
    missing: { runs: text, pending: text, unattendedUpgrades: text, fixes: text },
  })
}

function cut(text: string, length: number): string {
  return text.slice(0, length)
}
