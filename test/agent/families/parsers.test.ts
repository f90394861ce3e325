import { describe, expect, it } from 'vitest'
import { configuredNames, coreOf } from '../../../agent/families/core-packages.ts'
import { parseLivepatch } from '../../../agent/families/livepatch-answer.ts'
import { nextOfBootc, nextOfRpmOstree } from '../../../agent/families/next-image.ts'
import { parseRpm, rpmEntries } from '../../../agent/families/rpm-names.ts'

const NONE = new Set<string>()

describe('what rpm prints', () => {
  it('is cut down to the core, the newest of each name', () => {
    const printed = 'kernel-core 100\nbash 900\nkernel-core 300\nglibc 200\nkernel-default 5\nkernel-headers 6\n'

    const packages = parseRpm(printed) ?? []
    expect(coreOf(packages, NONE)).toEqual([
      { name: 'glibc', installedAt: 200 },
      { name: 'kernel-core', installedAt: 300 },
      { name: 'kernel-default', installedAt: 5 },
    ])
    expect(coreOf(packages, new Set(['bash']))).toContainEqual({ name: 'bash', installedAt: 900 })
  })

  it.each(['', '\n', 'error: cannot open Packages database', 'glibc', 'glibc (none)', 'glibc 1 2', 'glibc -1'])(
    'is not known where it is %j',
    (printed) => {
      expect(parseRpm(printed)).toBeNull()
    },
  )

  it('has versions, where rpm was asked for them', () => {
    const packages =
      parseRpm('nginx 1 1.20.1-14.el9\nkernel-core 2 5.14.0-570.el9\nkernel-core 3 5.14.0-611.el9\n') ?? []

    expect(rpmEntries(packages)).toEqual([
      'kernel-core=5.14.0-570.el9',
      'kernel-core=5.14.0-611.el9',
      'nginx=1.20.1-14.el9',
    ])
    expect(rpmEntries(parseRpm('nginx 1\n') ?? [])).toBeNull()
  })

  it('is extended by names of an administrator, and by nothing else in his file', () => {
    expect(configuredNames('# ours\nopenssl-libs\r\n  nginx # too\n\n$(reboot)\n../x\n')).toEqual([
      'openssl-libs',
      'nginx',
    ])
  })
})

describe('what tools of images print', () => {
  it.each([
    ['{"deployments":[{"booted":true}]}', null],
    ['{"deployments":[{"booted":false,"version":"43"},{"booted":true}]}', '43'],
    ['{"deployments":[{"booted":false,"checksum":"abc"}]}', 'abc'],
    ['{"deployments":[{"booted":false}]}', 'staged'],
  ])('%s: next is %s', (printed, next) => {
    expect(nextOfRpmOstree(printed)).toEqual({ next })
  })

  it.each([
    ['{"status":{"staged":null}}', null],
    ['{"status":{"staged":null,"rollbackQueued":true}}', 'the one before (rollback)'],
    ['{"status":{"staged":{"image":{"version":"10.1"}}}}', '10.1'],
    ['{"status":{"staged":{"image":{"image":{"image":"quay.io/x"}}}}}', 'quay.io/x'],
    ['{"status":{"staged":{}}}', 'staged'],
  ])('%s: next is %s', (printed, next) => {
    expect(nextOfBootc(printed)).toEqual({ next })
  })

  it.each(['', 'null', '[]', '{}', '{"deployments":[]}', '{"deployments":[7]}', '{"deployments":[{"booted":"no"}]}'])(
    '%j is no answer',
    (printed) => {
      expect(nextOfRpmOstree(printed)).toBeNull()
    },
  )

  it.each(['', '{', '{"status":7}', '{"status":{}}', '{"status":{"staged":true}}'])('%j is no answer', (printed) => {
    expect(nextOfBootc(printed)).toBeNull()
  })
})

describe('what the client of Livepatch says', () => {
  const answer = (change: object = {}) =>
    JSON.stringify({
      Status: [
        { Kernel: '6.8.0-60.63-generic', Running: false },
        { Kernel: '6.8.0-79.79-generic', Running: true, Livepatch: { State: 'applied' }, ...change },
      ],
    })

  it.each([
    [0, 'recommended'],
    [1, 'can-wait'],
    [2, null],
    [126, null],
    [127, null],
  ])('with exit status %i is about the running kernel, upgrade %s', (code, upgrade) => {
    expect(parseLivepatch(answer(), code)).toEqual({
      upgrade,
      kernel: '6.8.0-79-generic',
      patchState: 'applied',
      support: null,
    })
  })

  it('is taken word by word, and nothing else', () => {
    const odd = answer({ Kernel: 7, Livepatch: 'applied', Supported: 'supported' })

    expect(parseLivepatch(odd, 1)).toEqual({
      upgrade: 'can-wait',
      kernel: null,
      patchState: null,
      support: 'supported',
    })
  })

  it.each(['', 'error', '{}', '{"Status":{}}', '{"Status":[]}', '{"Status":[{"Running":"true"}]}'])(
    'is nothing where it prints %j',
    (printed) => {
      expect(parseLivepatch(printed, 1)).toBeNull()
    },
  )
})
