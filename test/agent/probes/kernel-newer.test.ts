import { describe, expect, it } from 'vitest'
import { createBootMemory } from '../../../agent/files/boot-memory.ts'
import { releaseOfSavedEntry } from '../../../agent/probes/boot-default.ts'
import { judgeSnapshot } from '../../../agent/commands/snapshot-judgement.ts'
import { takeSnapshot } from '../../../agent/take-snapshot.ts'
import { hostWith, IMAGE, value, type HostKernels } from '../../support/kernel-host.ts'
import { contextOf, makeRecording, type HostFiles } from '../../support/recorded-host.ts'

const MINUTE_MS = 60_000

describe('what the next boot takes', () => {
  const kernels = { running: '6.1.0-50-amd64', images: ['vmlinuz-6.1.0-50-amd64', 'vmlinuz-6.1.0-56-amd64'] }
  const saved = 'saved_entry=gnulinux-advanced-0c5e9a>gnulinux-6.1.0-50-amd64-advanced-0c5e9a\n'

  it.each<[string, HostFiles, string | null]>([
    ['nothing without a link', {}, null],
    ['the link of Debian', { vmlinuz: { link: 'boot/vmlinuz-6.1.0-56-amd64' } }, '6.1.0-56-amd64'],
    ['the link of Ubuntu', { 'boot/vmlinuz': { link: 'vmlinuz-6.1.0-56-amd64' } }, '6.1.0-56-amd64'],
    ['nothing where the link dangles', { vmlinuz: { link: 'boot/vmlinuz-6.1.0-40-amd64' } }, null],
    [
      'the entry GRUB saved',
      {
        vmlinuz: { link: 'boot/vmlinuz-6.1.0-56-amd64' },
        'etc/default/grub': 'GRUB_DEFAULT=saved\n',
        'boot/grub/grubenv': saved,
      },
      '6.1.0-50-amd64',
    ],
    ['no saved entry unless told so', { 'etc/default/grub': 'GRUB_DEFAULT=0\n', 'boot/grub/grubenv': saved }, null],
  ])('is %s', async (_, files, release) => {
    expect((await value({ ...kernels, files })).bootDefault).toBe(release)
  })

  it.each([
    ['saved_entry=gnulinux-6.8.0-79-generic-advanced-0c5e\n', '6.8.0-79-generic'],
    ['# GRUB\nsaved_entry=gnulinux-advanced-1>gnulinux-6.1.0-56-cloud-amd64-recovery-1\n####', '6.1.0-56-cloud-amd64'],
    ['saved_entry=gnulinux-simple-0c5e\n', null],
    ['saved_entry=\n', null],
    ['', null],
  ])('reads %j as %s', (grubenv, release) => {
    expect(releaseOfSavedEntry(grubenv)).toBe(release)
  })
})

describe('when a newer kernel came', () => {
  const newer = {
    running: '6.1.0-50-amd64',
    images: ['vmlinuz-6.1.0-50-amd64', 'vmlinuz-6.1.0-56-amd64'],
    packages: { 'linux-image-6.1.0-56-amd64': '6.1.192-2' },
  }
  const came = (birth: string) => ({ stat: { '/boot/vmlinuz-6.1.0-56-amd64': { ...IMAGE, birth } } })
  const log =
    '2026-11-22 04:29:00 startup archives unpack\n2026-11-22 04:40:00 install linux-image-6.1.0-56-amd64:amd64 <none> 1\n2026-11-22 04:41:00 status installed linux-image-6.1.0-56-amd64:amd64 1\n'

  it('is the birth of its image in this boot', async () => {
    expect((await value({ ...newer, ...came('2026-11-22T04:45:00Z') })).newestInstalled).toEqual({
      uptimeMs: 15 * MINUTE_MS,
      quality: 'exact',
    })
  })

  it('is when dpkg installed it, if earlier', async () => {
    const seen = await value({ ...newer, ...came('2026-11-22T04:45:00Z'), files: { 'var/log/dpkg.log': log } })

    expect(seen.newestInstalled).toEqual({ uptimeMs: 11 * MINUTE_MS, quality: 'exact' })
  })

  it('is at latest the first look, when it came before this boot', async () => {
    expect((await value(newer)).newestInstalled).toEqual({ uptimeMs: 30 * MINUTE_MS, quality: 'upper-bound' })
  })

  it('stays what memory knows', async () => {
    const memory = createBootMemory()
    memory.earliest('kernel', { uptimeMs: 7, quality: 'observed' })

    expect((await value({ ...newer, ...came('2026-11-22T04:45:00Z') }, memory)).newestInstalled).toEqual({
      uptimeMs: 7,
      quality: 'observed',
    })
  })

  it.each<[string, HostKernels]>([
    ['runs already', { running: '6.1.0-56-amd64', images: ['vmlinuz-6.1.0-50-amd64', 'vmlinuz-6.1.0-56-amd64'] }],
    [
      'is of another flavour',
      { running: '6.1.0-50-amd64', images: ['vmlinuz-6.1.0-50-amd64', 'vmlinuz-6.1.0-56-rt-amd64'] },
    ],
    ['is not what the boot loader takes', { ...newer, files: { vmlinuz: { link: 'boot/vmlinuz-6.1.0-50-amd64' } } }],
  ])('is nothing where the newest one %s', async (_, host) => {
    const memory = createBootMemory()

    expect((await value(host, memory)).newestInstalled).toBeNull()
    expect(memory.recall('kernel')).toBeNull()
  })

  it('is asked for another flavour that the boot loader takes', async () => {
    const host = {
      running: '6.1.0-50-amd64',
      images: ['vmlinuz-6.1.0-56-rt-amd64'],
      files: { vmlinuz: { link: 'boot/vmlinuz-6.1.0-56-rt-amd64' } },
    }

    expect((await value(host)).newestInstalled).not.toBeNull()
  })

  it('is asked for a rebuild of the running release', async () => {
    const host = {
      running: '6.1.0-56-amd64',
      images: ['vmlinuz-6.1.0-56-amd64'],
      packages: { 'linux-image-6.1.0-56-amd64': '6.1.192-2' },
    }
    const running = (version: string) => ({
      files: { 'proc/sys/kernel/version': `#1 SMP Debian ${version} (2026-10-28)\n` },
    })

    expect((await value({ ...host, ...running('6.1.192-1') })).newestInstalled).not.toBeNull()
    expect((await value({ ...host, ...running('6.1.192-2') })).newestInstalled).toBeNull()
    expect((await value(host)).newestInstalled).toBeNull()
  })
})

describe('kernels that comparable programs got wrong', () => {
  it.each<[string, HostKernels, 'ok' | 'restart-required']>([
    [
      'the running one is newer than all installed',
      { running: '6.1.0-56-amd64', images: ['vmlinuz-6.1.0-50-amd64'] },
      'ok',
    ],
    [
      '-31 is older than -100',
      { running: '6.8.0-100-generic', images: ['vmlinuz-6.8.0-31-generic', 'vmlinuz-6.8.0-100-generic'] },
      'ok',
    ],
    [
      '-100 is newer than -31',
      { running: '6.8.0-31-generic', images: ['vmlinuz-6.8.0-31-generic', 'vmlinuz-6.8.0-100-generic'] },
      'restart-required',
    ],
    [
      '.96 is older than .100',
      { running: '6.12.100+deb13-amd64', images: ['vmlinuz-6.12.96+deb13-amd64', 'vmlinuz-6.12.100+deb13-amd64'] },
      'ok',
    ],
    [
      '.100 is newer than .96',
      { running: '6.12.96+deb13-amd64', images: ['vmlinuz-6.12.96+deb13-amd64', 'vmlinuz-6.12.100+deb13-amd64'] },
      'restart-required',
    ],
    [
      'a meta package is no kernel',
      {
        running: '6.8.0-79-generic',
        images: ['vmlinuz-6.8.0-79-generic'],
        packages: { 'linux-image-virtual': '6.8.0.151.151', 'linux-image-6.8.0-79-generic': '6.8.0-79.79' },
      },
      'ok',
    ],
    [
      'Raspberry Pi OS installs v7, v8 and 2712 side by side',
      {
        running: '6.6.51+rpt-rpi-2712',
        images: ['vmlinuz-6.6.51+rpt-rpi-2712', 'vmlinuz-6.6.62+rpt-rpi-v8', 'vmlinuz-6.6.62+rpt-rpi-v7'],
      },
      'ok',
    ],
    [
      'Raspberry Pi OS has a newer one of the same board',
      { running: '6.6.51+rpt-rpi-2712', images: ['vmlinuz-6.6.51+rpt-rpi-2712', 'vmlinuz-6.6.62+rpt-rpi-2712'] },
      'restart-required',
    ],
    [
      'LXC with a kernel package of its own',
      {
        running: '6.1.0-50-amd64',
        images: ['vmlinuz-6.1.0-56-amd64'],
        packages: { 'linux-image-6.1.0-56-amd64': '6.1.192-2' },
        files: { 'proc/1/cgroup': '12:pids:/lxc.payload.web/init.scope\n' },
      },
      'ok',
    ],
    ['Alpine’s vmlinuz-lts has no version in its name', { running: '6.6.60-0-lts', images: ['vmlinuz-lts'] }, 'ok'],
    [
      'another flavour is newer',
      { running: '6.1.0-50-cloud-amd64', images: ['vmlinuz-6.1.0-50-cloud-amd64', 'vmlinuz-6.1.0-56-amd64'] },
      'ok',
    ],
    [
      'a release candidate is older than its release',
      { running: '6.12.0-amd64', images: ['vmlinuz-6.12.0-rc3-amd64', 'vmlinuz-6.12.0-amd64'] },
      'ok',
    ],
    [
      'a kernel that was removed left its image',
      {
        running: '6.1.0-50-amd64',
        images: ['vmlinuz-6.1.0-50-amd64', 'vmlinuz-6.1.0-56-amd64'],
        packages: { 'linux-image-6.1.0-56-amd64': '1 config-files' },
      },
      'ok',
    ],
  ])('%s', async (_, host, state) => {
    const context = contextOf(makeRecording(hostWith(host)))
    const snapshot = await takeSnapshot(context)
    const { host: machine } = context

    expect(judgeSnapshot(snapshot, { now: machine.now(), uptimeMs: machine.uptimeMs() }).state).toBe(state)
  })
})
