import { describe, expect, it } from 'vitest'
import { parsePending } from '../../../agent/updates/pending.ts'

const END = '2 upgraded, 0 newly installed, 0 to remove and 0 not upgraded.'
const pendingOf = (...lines: string[]) => parsePending([...lines, END].join('\n'))
const SECURE = 'Inst libssl3 [3.0.20-1] (3.0.22-1 Debian-Security:12/oldstable-security [amd64])'
const PLAIN = 'Inst bash [5.2.15-2+b8] (5.2.15-2+b13 Debian:12.15/oldstable [amd64])'

describe('what waits to be upgraded', () => {
  it('is counted, what mends security for itself and named first', () => {
    expect(pendingOf(PLAIN, SECURE, 'Conf bash (5.2.15-2+b13 Debian:12.15/oldstable [amd64])')).toEqual({
      total: 2,
      security: 1,
      held: 0,
      phased: 0,
      packages: [
        { package: 'libssl3', from: '3.0.20-1', to: '3.0.22-1', isSecurity: true },
        { package: 'bash', from: '5.2.15-2+b8', to: '5.2.15-2+b13' },
      ],
    })
  })

  it.each([
    'Inst a [1] (2 Debian:12.15/oldstable, Debian-Security:12/oldstable-security [amd64]) []',
    'Inst a [1] (2 Debian-Security:12/stable [amd64])',
    'Inst a [1] (2 Ubuntu:24.04/noble-updates, Ubuntu:24.04/noble-security [amd64])',
    'Inst a [1] (2 UbuntuESMApps:24.04/noble-apps-security [amd64])',
    'Inst a [1] (2 UbuntuESM:24.04/noble-infra-security [amd64])',
  ])('mends security: %s', (line) => {
    expect(pendingOf(line)).toMatchObject({ total: 1, security: 1 })
  })

  it.each([
    PLAIN,
    'Inst a [1] (2 Ubuntu:24.04/noble-updates [amd64])',
    'Inst docker-ce [1] (2 Docker CE:bookworm [amd64])',
    'Inst a [1] (2 security-repo:1/main [amd64])',
    'Inst a [1] (2 [amd64])',
  ])('does not mend security: %s', (line) => {
    expect(pendingOf(line)).toMatchObject({ total: 1, security: 0 })
  })

  it('leaves out what is new: it comes with something that is upgraded', () => {
    expect(pendingOf('Inst linux-image-6.1.0-57-amd64 (6.1.200-1 Debian-Security:12/stable [amd64])')?.total).toBe(0)
  })

  it('tells what is kept back from what is deferred to a part of all hosts', () => {
    const text = [
      'The following upgrades have been deferred due to phasing:',
      '  ubuntu-drivers-common',
      'The following packages have been kept back:',
      '  docker-ce docker-ce-cli',
      '  libfoo1',
      'The following packages will be upgraded:',
      '  bash',
      PLAIN,
    ]

    expect(pendingOf(...text)).toMatchObject({ total: 1, held: 3, phased: 1 })
  })

  it('names no more than a report holds, and counts them all', () => {
    const lines = Array.from({ length: 300 }, (_, at) => PLAIN.replace('bash', `p${at}`))

    const pending = pendingOf(...lines)

    expect(pending?.total).toBe(300)
    expect(pending?.packages).toHaveLength(200)
  })

  it.each(['', 'Reading package lists...\nE: The package cache file is corrupted', SECURE])(
    'is not known of a text that apt did not end: %j',
    (text) => {
      expect(parsePending(text)).toBeNull()
    },
  )
})
