// The hook for apt, called by a real apt-get that installs a package into a folder.
import { execFile, spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { hookText, impatient, PATIENT, runs } from '../support/hook-files.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const isRoot = process.getuid?.() === 0
const hasApt = isRoot && runs('apt-get', '--version') && runs('dpkg-deb', '--version')

describe.skipIf(!hasApt)(`the hook for apt${hasApt ? '' : ': apt-get and root are needed'}`, PATIENT, () => {
  /** Installs a package into a folder with this agent on the path. */
  async function installWith(agent: string, configuration: string): Promise<{ code: number; called: string }> {
    const at = temporaryDirectory()
    for (const folder of ['bin', 'etc', 'log', 'state/lists/partial', 'cache/archives/partial', 'package/DEBIAN'])
      mkdirSync(join(at, folder), { recursive: true })
    for (const folder of ['info', 'updates', 'triggers'])
      mkdirSync(join(at, 'var/lib/dpkg', folder), { recursive: true })
    writeFileSync(join(at, 'var/lib/dpkg/status'), '')
    writeFileSync(join(at, 'bin/overdue-agent'), `#!/bin/sh\necho "$*" >>'${at}/called'\n${agent}\n`, { mode: 0o755 })
    writeFileSync(join(at, 'apt.conf'), configuration)
    const control = {
      Package: 'nothing',
      Version: '1',
      Architecture: 'all',
      Maintainer: 'n <n@example.org>',
      Description: 'n',
    }
    const lines = Object.entries(control).map(([key, value]) => `${key}: ${value}\n`)
    writeFileSync(join(at, 'package/DEBIAN/control'), lines.join(''))
    spawnSync('dpkg-deb', ['--build', join(at, 'package'), join(at, 'nothing.deb')])
    const options = {
      'Dir::Etc': `${at}/etc`,
      'Dir::State': `${at}/state`,
      'Dir::State::status': `${at}/var/lib/dpkg/status`,
      'Dir::Cache': `${at}/cache`,
      'Dir::Log': `${at}/log`,
      'DPkg::Options::': `--root=${at}`,
    }
    const flags = Object.entries(options).flatMap(([key, value]) => ['-o', `${key}=${value}`])
    const env = { PATH: `${at}/bin:/usr/sbin:/usr/bin:/sbin:/bin`, APT_CONFIG: join(at, 'apt.conf'), LC_ALL: 'C' }
    const args = [
      '-qq',
      '-y',
      ...flags,
      '-o',
      `DPkg::Options::=--log=${at}/log/dpkg.log`,
      'install',
      `${at}/nothing.deb`,
    ]
    const ran = await promisify(execFile)('apt-get', args, { env }).then(
      () => 0,
      (error: { code: number }) => error.code,
    )
    const called = spawnSync('cat', [join(at, 'called')], { encoding: 'utf8' }).stdout
    return { code: ran, called }
  }

  it('is called by apt, and apt ends well when the agent fails or hangs', async () => {
    const hook = impatient(hookText('apt.conf'))

    expect(await installWith('exit 5', hook)).toEqual({ code: 0, called: 'report --soft\n' })
    expect(await installWith('trap "" TERM; while :; do sleep 1; done', hook)).toEqual({
      code: 0,
      called: 'report --soft\n',
    })
  })

  it('is needed for that: apt fails with a hook that fails', async () => {
    expect(await installWith('exit 5', 'DPkg::Post-Invoke { "overdue-agent naked"; };\n')).toEqual({
      code: 100,
      called: 'naked\n',
    })
  })
})
