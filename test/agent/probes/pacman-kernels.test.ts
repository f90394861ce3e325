import { describe, expect, it } from 'vitest'
import { kernelProbe } from '../../../agent/probes/kernel.ts'
import { contextOf, type HostFiles, makeRecording } from '../../support/recorded-host.ts'

const RUNNING = '6.11.5-arch1-1'
/** As an agent sees Arch from its unit. */
const HOST: HostFiles = {
  'unreadable.txt': '/usr/lib/modules\n',
  'etc/os-release': 'ID=arch\n',
  'proc/modules': '',
  'proc/sys/kernel/osrelease': `${RUNNING}\n`,
  'usr/lib/modules': null,
  lib: { link: 'usr/lib' },
  'boot/vmlinuz-linux': '',
}

const owning = (release: string): HostFiles => ({
  [`var/lib/pacman/local/linux-${release}/files`]: `%FILES%\nusr/\nusr/lib/modules/${release}/vmlinuz\n\n%BACKUP%\n`,
  'var/lib/pacman/local/linux-firmware-1-1/files': '%FILES%\nusr/lib/firmware/x\n',
})

const look = (files: HostFiles) => kernelProbe.read(contextOf(makeRecording({ ...HOST, ...files })))

describe('the kernel of an Arch whose modules are hidden from the agent', () => {
  it.each([
    [RUNNING, 'present'],
    ['6.11.5-arch2-1', 'missing'],
  ])('is what pacman owns: with %s the modules are %s', async (release, modules) => {
    expect(await look(owning(release))).toMatchObject({
      outcome: 'observed',
      value: { modules, installed: [{ release }] },
    })
  })

  it('is not known where pacman owns none', async () => {
    await expect(look({ 'var/lib/pacman/local/bash-5-1/files': '%FILES%\n' })).rejects.toThrow('permission denied')
    await expect(look({})).rejects.toThrow('permission denied')
  })
})
