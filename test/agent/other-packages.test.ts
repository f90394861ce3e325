import { appendFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createRecordedHost } from '../../agent/host/recorded-host.ts'
import { OtherPackages } from '../../agent/other-packages.ts'
import { type HostFiles, makeRecording } from '../support/recorded-host.ts'

function watching(files: HostFiles) {
  const directory = makeRecording(files)
  let changes = 0
  const watch = new OtherPackages(createRecordedHost({ directory, clock: 'live' }), () => {
    changes += 1
  })
  return {
    watch,
    changes: () => changes,
    append: (path: string) => appendFileSync(join(directory, path), 'x'),
    directory,
  }
}

describe('packages that are not dpkg’s', () => {
  it.each(['var/lib/rpm/rpmdb.sqlite', 'usr/lib/sysimage/rpm/Packages.db', 'lib/apk/db/installed'])(
    'changed when %s did, and not before anything was known',
    async (path) => {
      const { watch, changes, append } = watching({ [path]: 'old' })
      await watch.check()
      await watch.check()
      expect(changes()).toBe(0)

      append(path)
      await watch.check()
      await watch.check()
      expect(changes()).toBe(1)
    },
  )

  it('changed when pacman has another folder', async () => {
    const { watch, changes, directory } = watching({ 'var/lib/pacman/local': null })
    await watch.check()
    mkdirSync(join(directory, 'var/lib/pacman/local/linux-6.18-1'))
    await watch.check()

    expect(changes()).toBe(1)
  })

  it('are nobody’s where dpkg is', async () => {
    const { watch, changes, append } = watching({ 'var/lib/dpkg/status': '', 'var/lib/rpm/rpmdb.sqlite': '' })
    await watch.check()
    append('var/lib/rpm/rpmdb.sqlite')
    await watch.check()

    expect(changes()).toBe(0)
  })
})
