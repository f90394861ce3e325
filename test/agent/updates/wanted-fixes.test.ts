import { describe, expect, it } from 'vitest'
import { sourceRange } from '../../../agent/updates/source-version.ts'
import { kernelUpgrade, upgradesOf } from '../../../agent/updates/wanted-fixes.ts'
import type { LoggedChange, PackageRun } from '../../../shared/sections/updates.ts'

function run(uptimeMs: number | null, ...changes: LoggedChange[]): PackageRun {
  const rest = { command: null, error: null, isInterrupted: false, more: 0 }
  return { at: { uptimeMs, hostTime: null }, by: { kind: 'root', user: null }, ...rest, changes }
}

function upgrade(from: string, to: string, name = 'libssl3:amd64'): LoggedChange {
  return { package: name, from, to, action: 'upgrade' }
}

describe('of which upgrades the fixes are wanted', () => {
  it('are those of this boot first, each from what was before the first of them', () => {
    const runs = [run(9_000, upgrade('2', '3')), run(5_000, upgrade('1', '2')), run(-5_000, upgrade('0', '1'))]

    expect(upgradesOf(runs)).toEqual([
      { package: 'libssl3:amd64', from: '1', to: '3', isInThisBoot: true },
      { package: 'libssl3:amd64', from: '0', to: '1' },
    ])
  })

  it('are not what was installed anew, went back or away', () => {
    const changes: LoggedChange[] = [
      { package: 'a', from: null, to: '1', action: 'install' },
      { package: 'b', from: '2', to: '1', action: 'downgrade' },
      { package: 'c', from: '2', to: null, action: 'remove' },
    ]

    expect(upgradesOf([run(1, ...changes)])).toEqual([])
  })

  it('are not said to be of this boot where nothing tells when they were', () => {
    expect(upgradesOf([run(null, upgrade('1', '2'))])).toEqual([{ package: 'libssl3:amd64', from: '1', to: '2' }])
  })
})

describe('the kernel that waits', () => {
  const RUNNING = { release: '6.1.0-40-amd64', packageVersion: '6.1.153-1' }

  it('is the newest of the flavour that runs', () => {
    const images = [
      { release: '6.1.0-41-amd64', version: '6.1.158-1' },
      { release: '6.1.0-56-amd64', version: '6.1.192-2' },
      { release: '6.1.0-57-cloud-amd64', version: '6.1.200-1' },
    ]

    expect(kernelUpgrade(RUNNING, images)).toMatchObject({
      package: 'linux-image-6.1.0-56-amd64',
      from: '6.1.153-1',
      to: '6.1.192-2',
      isInThisBoot: true,
    })
  })

  it('may have the name of the one that runs, under a newer version', () => {
    expect(kernelUpgrade(RUNNING, [{ release: '6.1.0-40-amd64', version: '6.1.153-2' }])?.to).toBe('6.1.153-2')
  })

  it('is none where the newest runs, or where nothing tells which version does', () => {
    const images = [{ release: '6.1.0-40-amd64', version: '6.1.153-1' }]

    expect(kernelUpgrade(RUNNING, images)).toBeNull()
    expect(kernelUpgrade({ release: '6.1.0-39-amd64', packageVersion: null }, images)).toBeNull()
  })
})

describe('versions of a source', () => {
  it.each([
    ['1.0-1', '1.0-2', '1.0-2', '1.0-1'],
    ['2.66-4+b1', '2.66-5+b2', '2.66-5', '2.66-4'],
    ['1:2.38.1-5', '1:2.38.1-6', '2.38.1-6', '2.38.1-5'],
    ['4:12.2.0-3', '4:12.2.0-4', '1.203', null],
    ['3.0', '1:3.1', '3.1', null],
  ])('of %s, which became %s from %s, is %s', (from, to, source, expected) => {
    expect(sourceRange(from, to, source)?.from ?? null).toBe(expected)
  })
})
