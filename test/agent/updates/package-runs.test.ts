import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { AptHistory } from '../../../agent/updates/apt-history.ts'
import { parseDpkgChange } from '../../../agent/updates/dpkg-changes.ts'
import { joinRuns, type LoggedRun } from '../../../agent/updates/package-runs.ts'
import { wallTextOf } from '../../../agent/updates/wall-time.ts'

/** Recorded on Debian 12, of which only lines that change something are kept. */
const RECORDED = {
  history: readFileSync('test/fixtures/updates/history.log', 'utf8'),
  log: readFileSync('test/fixtures/updates/dpkg.log', 'utf8'),
}

function runsOf(log: string, history: string | null): LoggedRun[] {
  const entries = new AptHistory(1_000)
  for (const line of (history ?? '').split('\n')) entries.take(line)
  const changes = log.split('\n').flatMap((line) => parseDpkgChange(line) ?? [])
  return joinRuns(changes, history === null ? null : entries.entries)
}

/** An entry of apt's history at `time` of one day. */
function entry(time: string, lines: Readonly<Record<string, string>>, end: string | null = time): string {
  const all = {
    'Start-Date': `2026-11-22  ${time}`,
    ...lines,
    ...(end === null ? {} : { 'End-Date': `2026-11-22  ${end}` }),
  }
  return `\n${Object.entries(all)
    .map(([key, value]) => `${key}: ${value}`)
    .join('\n')}\n`
}

const upgrade = (time: string, name = 'libssl3:amd64', from = '1', to = '2') =>
  `2026-11-22 ${time} upgrade ${name} ${from} ${to}\n`

describe('the runs of a recorded host', () => {
  const runs = runsOf(RECORDED.log, RECORDED.history)

  it('are those of its logs, with what dpkg did before apt was there as its own', () => {
    expect(runs.map(({ startMs, by, changes }) => [wallTextOf(startMs), by.kind, changes.length])).toEqual([
      ['2026-11-22 04:35:08', 'dpkg', 141],
      ['2026-11-22 04:45:26', 'root', 15],
      ['2026-11-22 04:45:31', 'root', 21],
      ['2026-11-22 04:45:36', 'root', 8],
      ['2026-11-22 04:46:16', 'root', 18],
    ])
  })

  it('name each package once, as dpkg does, with both versions', () => {
    expect(runs.at(-1)?.changes).toContainEqual({
      package: 'libssl3:amd64',
      from: '3.0.20-1~deb12u2',
      to: '3.0.22-1~deb12u2',
      action: 'upgrade',
    })
    expect(runs[1]?.changes).toContainEqual({
      package: 'ucf:all',
      from: null,
      to: '3.0043+nmu1+deb12u1',
      action: 'install',
    })
  })
})

describe('a run', () => {
  it('that was only simulated is none: dpkg knows nothing of it', () => {
    const simulated = entry('06:00:00', {
      Commandline: '/usr/bin/unattended-upgrade --dry-run',
      Upgrade: 'libssl3:amd64 (1, 2)',
    })
    const real = entry('07:00:00', { Commandline: 'apt-get upgrade', Upgrade: 'libssl3:amd64 (1, 2)' })

    expect(runsOf('', simulated)).toEqual([])
    expect(runsOf(upgrade('06:00:00'), simulated).map(({ by }) => by.kind)).toEqual(['dpkg'])
    expect(runsOf(upgrade('07:00:00'), simulated + real).map(({ command }) => command)).toEqual(['apt-get upgrade'])
  })

  it('of many steps is one run, as long as less than two minutes lie between them', () => {
    const step = (time: string, name: string) =>
      entry(time, { Commandline: '/usr/bin/unattended-upgrade', Upgrade: `${name} (1, 2)` })
    const history = step('06:00:00', 'a:amd64') + step('06:01:59', 'b:amd64') + step('06:03:59', 'c:amd64')
    const log = upgrade('06:00:00', 'a:amd64') + upgrade('06:01:59', 'b:amd64') + upgrade('06:03:59', 'c:amd64')

    const runs = runsOf(log, history)

    expect(runs.map(({ changes }) => changes.map((change) => change.package))).toEqual([
      ['a:amd64', 'b:amd64'],
      ['c:amd64'],
    ])
    expect(runs.map(({ by }) => by.kind)).toEqual(['unattended', 'unattended'])
  })

  it('of somebody else right after it is another one', () => {
    const history =
      entry('06:00:00', { Commandline: 'apt-get upgrade', Upgrade: 'a:amd64 (1, 2)' }) +
      entry('06:00:30', { Commandline: 'apt-get upgrade', 'Requested-By': 'anna (1000)', Upgrade: 'b:amd64 (1, 2)' })

    const runs = runsOf(upgrade('06:00:00', 'a:amd64') + upgrade('06:00:30', 'b:amd64'), history)

    expect(runs.map(({ by }) => by)).toEqual([
      { kind: 'root', user: null },
      { kind: 'user', user: 'anna' },
    ])
  })

  it('that apt does not know of was made with dpkg, and nobody knows by whom where the history cannot be read', () => {
    const apt = entry('06:00:00', { Commandline: 'apt-get upgrade', Upgrade: 'a:amd64 (1, 2)' })
    const log = upgrade('06:00:00', 'a:amd64') + upgrade('09:00:00', 'b:amd64')

    expect(runsOf(log, apt).map(({ by }) => by.kind)).toEqual(['root', 'dpkg'])
    expect(runsOf(log, null).map(({ by }) => by.kind)).toEqual(['unknown', 'unknown'])
  })

  it('without an end was cut off, and what dpkg did long after is not its own', () => {
    const history = entry('06:00:00', { Commandline: 'apt-get upgrade', Upgrade: 'a:amd64 (1, 2), b:all (1, 2)' }, null)
    const log = upgrade('06:00:01', 'a:amd64') + upgrade('06:09:00', 'b:all') + upgrade('08:00:00', 'c:amd64')

    expect(runsOf(log, history)).toMatchObject([
      { isInterrupted: true, by: { kind: 'root' }, changes: [{ package: 'a:amd64' }, { package: 'b:all' }] },
      { isInterrupted: false, by: { kind: 'dpkg' }, changes: [{ package: 'c:amd64' }] },
    ])
  })

  it('that installed a package and took it away again is none', () => {
    const log = '2026-11-22 06:00:00 install a:all <none> 1\n2026-11-22 06:01:00 remove a:all 1 <none>\n'

    expect(runsOf(log, '')).toEqual([])
  })

  it('brings what apt says went wrong', () => {
    const Error = 'Sub-process /usr/bin/dpkg returned an error code (1)'
    const history = entry('06:00:00', { Commandline: 'apt-get upgrade', Upgrade: 'libssl3:amd64 (1, 2)', Error })

    expect(runsOf(upgrade('06:00:00'), history)).toMatchObject([{ error: Error }])
  })

  it.each([
    ['upgrade a:amd64 1.0 2.0', { action: 'upgrade', from: '1.0', to: '2.0' }],
    ['upgrade a:amd64 2.0 1.0~rc1', { action: 'downgrade', from: '2.0', to: '1.0~rc1' }],
    ['upgrade a:amd64 1.0 1.0', { action: 'reinstall', from: '1.0', to: '1.0' }],
    ['install a:amd64 <none> 1.0', { action: 'install', from: null, to: '1.0' }],
    ['install a:amd64 0.9 1.0', { action: 'install', from: null, to: '1.0' }],
    ['remove a:amd64 1.0 <none>', { action: 'remove', from: '1.0', to: null }],
    ['purge a:amd64 1.0 <none>', { action: 'purge', from: '1.0', to: null }],
    ['disappear a:amd64 1.0 <none>', { action: 'remove', from: '1.0', to: null }],
    ['remove a:amd64 1.0 <none>\n2026-11-22 06:00:01 purge a:amd64 1.0 <none>', { action: 'purge', from: '1.0' }],
    ['remove a:amd64 1.0 <none>\n2026-11-22 06:00:01 install a:amd64 <none> 2.0', { action: 'upgrade', from: '1.0' }],
  ])('of which the log says "%s" is %j', (line, expected) => {
    expect(runsOf(`2026-11-22 06:00:00 ${line}\n`, '')).toMatchObject([{ changes: [expected] }])
  })

  it.each([
    '2026-11-22 06:00:00 status installed a:amd64 1.0',
    '2026-11-22 06:00:00 configure a:amd64 1.0 <none>',
    '2026-13-45 06:00:00 upgrade a:amd64 1.0 2.0',
    '2026-11-22 06:00:00 upgrade a:amd64 1.0',
    '2026-11-22 06:00:00 install a:amd64 <none> <none>',
    '\u0000\u001b[2J upgrade',
    '',
  ])('is not begun by %j', (line) => {
    expect(runsOf(line, '')).toEqual([])
  })
})

describe('whom a run is put down to', () => {
  it.each([
    ['/usr/bin/unattended-upgrade', null, 'unattended', null],
    ['/usr/bin/unattended-upgrade -d', 'anna (1000)', 'user', 'anna'],
    ['apt-get install unattended-upgrades', null, 'root', null],
    ['apt install nginx', 'anna (1000)', 'user', 'anna'],
    ['aptitude', null, 'root', null],
    ["aptdaemon role='role-commit-packages' sender=':1.180'", null, 'desktop', 'role-commit-packages'],
    ["packagekit role='update-packages'", 'anna (1000)', 'desktop', 'anna'],
    [null, null, 'program', null],
  ])('%j, asked for by %j, is %s', (command, requestedBy, kind, user) => {
    const lines = {
      ...(command === null ? {} : { Commandline: command }),
      ...(requestedBy === null ? {} : { 'Requested-By': requestedBy }),
      Upgrade: 'libssl3:amd64 (1, 2)',
    }

    expect(runsOf(upgrade('06:00:00'), entry('06:00:00', lines))).toMatchObject([{ by: { kind, user } }])
  })
})
