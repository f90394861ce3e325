import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { createRecordedHost } from '../../../agent/host/recorded-host.ts'
import { readPackageRuns } from '../../../agent/probes/package-runs.ts'
import { makeRecording, type HostFiles } from '../../support/recorded-host.ts'

const HISTORY = readFileSync('test/fixtures/updates/history.log', 'utf8')
const LOG = readFileSync('test/fixtures/updates/dpkg.log', 'utf8')
const CLOCK = { json: { now: '2026-11-22T05:00:00Z', bootedAt: '2026-11-22T04:46:00Z' } }

function runsOf(files: HostFiles) {
  const directory = makeRecording({ 'clock.json': CLOCK, ...files })
  return readPackageRuns(createRecordedHost({ directory, clock: 'recorded' }))
}

const WHOLE = { 'var/log/apt/history.log': HISTORY, 'var/log/dpkg.log': LOG, 'etc/timezone': 'UTC\n' }

/** One upgrade by root, as both logs tell it. */
function logged(day: string, name: string) {
  const at = `2026-${day}`
  const history = `\nStart-Date: ${at}  06:00:00\nCommandline: apt-get install ${name}\nUpgrade: ${name}:amd64 (1, 2)\nEnd-Date: ${at}  06:00:01\n`
  return { history, log: `${at} 06:00:00 upgrade ${name}:amd64 1 2\n` }
}

describe('who changed packages', () => {
  it('is told newest first, by uptime where it was in this boot, else by the host’s clock', async () => {
    const { runs } = await runsOf(WHOLE)

    expect(runs?.map(({ at, by, command }) => [at, by.kind, command?.slice(0, 20) ?? null]).slice(0, 2)).toEqual([
      [{ uptimeMs: 16_000, hostTime: '2026-11-22T04:46:16.000Z' }, 'root', 'apt-get dist-upgrade'],
      [{ uptimeMs: null, hostTime: '2026-11-22T04:45:36.000Z' }, 'root', 'apt-get install -y -'],
    ])
    expect(runs).toHaveLength(5)
  })

  it('is dated in the time zone the logs are written in, and not at all where that is not known', async () => {
    const berlin = await runsOf({ ...WHOLE, 'etc/timezone': 'Europe/Berlin\n' })
    const nowhere = await runsOf({ ...WHOLE, 'etc/timezone': 'Middle/Earth\n' })

    expect(berlin.runs?.[0]?.at).toEqual({ uptimeMs: null, hostTime: '2026-11-22T03:46:16.000Z' })
    expect(nowhere.runs?.[0]?.at).toEqual({ uptimeMs: null, hostTime: null })
  })

  it('is looked for in older logs where the newer ones tell of few runs, compressed ones too', async () => {
    const [october, september] = [logged('10-05', 'curl'), logged('09-05', 'bash')]

    const { runs } = await runsOf({
      ...WHOLE,
      'var/log/apt/history.log.1.gz': gzipSync(october.history),
      'var/log/dpkg.log.1': october.log,
      'var/log/apt/history.log.2.gz': gzipSync(september.history),
      'var/log/dpkg.log.2.gz': gzipSync(september.log),
    })

    expect(runs?.slice(-2).map(({ command }) => command)).toEqual(['apt-get install curl', 'apt-get install bash'])
  })

  it('is not said to have been done without apt where apt’s history of that time was not read', async () => {
    const months = ['11-05', '10-05', '09-05', '08-05'].map((day) => logged(day, 'curl'))
    const rotations = months.map(({ history }, at) => [`var/log/apt/history.log${at === 0 ? '' : `.${at}`}`, history])

    const { runs } = await runsOf({
      ...(Object.fromEntries(rotations) as HostFiles),
      'var/log/dpkg.log': months
        .toReversed()
        .map(({ log }) => log)
        .join(''),
    })

    expect(runs?.map(({ by }) => by.kind)).toEqual(['root', 'root', 'root'])
  })

  it('names at most 20 runs, 200 changes of one and 600 of all, and counts the others', async () => {
    const runs = Array.from({ length: 30 }, (_, at) => {
      const hour = `2026-11-${String(1 + (at % 28)).padStart(2, '0')} ${at < 28 ? '06' : '07'}`
      return { hour, names: Array.from({ length: 250 }, (__, index) => `p${index}:amd64`) }
    }).sort((a, b) => (a.hour < b.hour ? -1 : 1))
    const log = runs.flatMap(({ hour, names }) => names.map((name) => `${hour}:00:00 upgrade ${name} 1 2`)).join('\n')

    const found = await runsOf({ 'var/log/dpkg.log': log, 'var/log/apt': null })

    const counts = found.runs?.map(({ changes, more }) => [changes.length, more]) ?? []
    expect(counts).toHaveLength(20)
    expect(counts.slice(0, 4)).toEqual([
      [200, 50],
      [200, 50],
      [200, 50],
      [0, 250],
    ])
  })

  it('is shown without what steers a terminal, and cut', async () => {
    const command = `apt-get\u001b[2J install \u202ecurl ${'x'.repeat(400)}`
    const history = `Start-Date: 2026-11-22  06:00:00\nCommandline: ${command}\nRequested-By: an\u0007na (1000)\nUpgrade: curl:amd64 (1, 2)\nEnd-Date: 2026-11-22  06:00:01\n`

    const { runs } = await runsOf({
      'var/log/apt/history.log': history,
      'var/log/dpkg.log': logged('11-22', 'curl').log,
    })

    expect(runs?.[0]?.command).toMatch(/^apt-get\uFFFD\[2J install \uFFFDcurl x+…$/)
    expect(runs?.[0]?.command).toHaveLength(300)
    expect(runs?.[0]?.by).toEqual({ kind: 'user', user: 'an\uFFFDna' })
  })

  it('is not known without dpkg’s log, and nobody’s where apt’s history cannot be read', async () => {
    expect(await runsOf({ 'var/log/apt/history.log': HISTORY })).toEqual({
      runs: null,
      why: 'there is no /var/log/dpkg.log',
    })
    expect(await runsOf({ ...WHOLE, 'unreadable.txt': '/var/log/dpkg.log\n' })).toEqual({
      runs: null,
      why: 'read /var/log/dpkg.log: permission denied',
    })
    const { 'var/log/apt/history.log': _, ...none } = WHOLE
    for (const files of [{ ...WHOLE, 'unreadable.txt': '/var/log/apt/history.log\n' }, none]) {
      const { runs } = await runsOf(files)
      expect(new Set(runs?.map(({ by }) => by.kind))).toEqual(new Set(['unknown']))
    }
  })
})
