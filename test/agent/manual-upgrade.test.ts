// Somebody upgrades by hand: what changed and who it was go out together, in one report, soon after dpkg is quiet.
import { appendFileSync, mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import type { UpdatesSection } from '../../shared/sections/updates.ts'
import { AgentHost, buildAgentBundle } from '../support/agent-bundle.ts'
import { StandInCollector } from '../support/stand-in-collector.ts'

const PACKAGES = 3_000
/** Of a report that tells of 3,000 packages which all changed. */
const WIRE_BYTES_MAX = 60 * 1024

let bundle: string
beforeAll(async () => {
  bundle = await buildAgentBundle()
})

/** Names and versions of Debian's kind: no two alike, as a list of real ones would have it. */
const names = Array.from({ length: PACKAGES }, (_, at) => `lib${((at * 7919) % 46_656).toString(36)}-${at % 17}`)
const versionOf = (at: number, release: number) =>
  `${at % 9}.${(at * 31) % 100}.${at % 11}-${1 + (at % 4)}+deb12u${release}`

/** As dpkg does it: another file of the same name. */
function writeStatus(root: string, release: number): void {
  const stanzas = names.map(
    (name, at) =>
      `Package: ${name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: ${versionOf(at, release)}\n`,
  )
  const file = join(root, 'var/lib/dpkg/status')
  writeFileSync(`${file}-new`, stanzas.join('\n'))
  renameSync(`${file}-new`, file)
}

function upgradeByHand(root: string): void {
  const [day = '', time = ''] = new Date().toISOString().slice(0, 19).split('T')
  const changes = names.map((name, at) => ({ name: `${name}:amd64`, from: versionOf(at, 1), to: versionOf(at, 2) }))
  appendFileSync(
    join(root, 'var/log/dpkg.log'),
    changes.map(({ name, from, to }) => `${day} ${time} upgrade ${name} ${from} ${to}\n`).join(''),
  )
  const items = changes.map(({ name, from, to }) => `${name} (${from}, ${to})`).join(', ')
  const lines = [
    `Start-Date: ${day}  ${time}`,
    'Commandline: apt full-upgrade',
    'Requested-By: anna (1000)',
    `Upgrade: ${items}`,
    `End-Date: ${day}  ${time}`,
  ]
  appendFileSync(join(root, 'var/log/apt/history.log'), `\n${lines.join('\n')}\n`)
  writeStatus(root, 2)
}

describe('an upgrade by hand', () => {
  it('is reported with who did it, every package of the list, and in few bytes', async () => {
    const collector = await new StandInCollector().start()
    onTestFinished(() => collector.stop())
    const host = new AgentHost(bundle, ['--url', collector.url, '--heartbeat', '60s'])
    host.giveCredential()
    for (const folder of ['var/lib/dpkg', 'var/log/apt', 'etc']) mkdirSync(join(host.root, folder), { recursive: true })
    for (const file of ['var/log/dpkg.log', 'var/log/apt/history.log']) writeFileSync(join(host.root, file), '')
    writeFileSync(join(host.root, 'etc/timezone'), 'Etc/UTC\n')
    writeStatus(host.root, 1)
    host.run()
    await collector.until('the first report', () => collector.reports.length > 0)

    upgradeByHand(host.root)
    const told = () =>
      collector.received.find(({ body }) => JSON.stringify(body['sections'] ?? {}).includes(`=${versionOf(0, 2)}"`))
    await collector.until('the new list', () => told() !== undefined)

    const sections = told()?.body['sections'] as Record<string, { value?: unknown }>
    const updates = sections['updates']?.value as UpdatesSection | undefined
    expect(updates?.runs).toMatchObject([
      { by: { kind: 'user', user: 'anna' }, command: 'apt full-upgrade', isInterrupted: false, more: PACKAGES - 200 },
    ])
    expect(updates?.runs?.[0]?.at.uptimeMs).toBeGreaterThan(0)
    expect(sections['packages']?.value).toHaveLength(PACKAGES)
    expect(Number(told()?.headers['content-length'])).toBeLessThan(WIRE_BYTES_MAX)
  })
})
