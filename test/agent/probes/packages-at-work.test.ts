import { statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createRecordedHost } from '../../../agent/host/recorded-host.ts'
import { arePackagesChanging } from '../../../agent/probes/packages-at-work.ts'
import { makeRecording } from '../../support/recorded-host.ts'

function changing(directory: string): Promise<boolean> {
  return arePackagesChanging(createRecordedHost({ directory, clock: 'live' }))
}

describe('packages are being changed', () => {
  it.each(['var/lib/dpkg/lock', 'var/lib/rpm/.rpm.lock', 'usr/lib/sysimage/rpm/.rpm.lock', 'lib/apk/db/lock'])(
    'while somebody holds %s',
    async (lock) => {
      const directory = makeRecording({ [lock]: '', 'proc/locks': '' })
      expect(await changing(directory)).toBe(false)

      const held = `1: POSIX  ADVISORY  WRITE 4711 fe:00:${statSync(join(directory, lock)).ino} 0 EOF\n`
      writeFileSync(join(directory, 'proc/locks'), held)
      expect(await changing(directory)).toBe(true)
    },
  )

  it('while pacman’s lock is there, unless it was left there long ago', async () => {
    const directory = makeRecording({ 'var/lib/pacman/db.lck': '' })
    expect(await changing(directory)).toBe(true)

    const yesterday = Date.now() / 1_000 - 86_400
    utimesSync(join(directory, 'var/lib/pacman/db.lck'), yesterday, yesterday)
    expect(await changing(directory)).toBe(false)
  })
})
