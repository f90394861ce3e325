import { describe, expect, it } from 'vitest'
import { kernelProbe } from '../../../agent/probes/kernel.ts'
import { versionOfSignature, versionOfUname } from '../../../agent/probes/running-kernel.ts'
import { hostWith, look, releases, value } from '../../support/kernel-host.ts'
import { contextOf, makeRecording, type HostFiles } from '../../support/recorded-host.ts'

describe('installed kernels', () => {
  it('are images, each with the package that owns it', async () => {
    const seen = await value({
      running: '6.1.0-50-amd64',
      images: ['vmlinuz-6.1.0-50-amd64', 'vmlinuz-6.1.0-56-amd64', 'vmlinuz-6.9.0-custom'],
      packages: { 'linux-image-6.1.0-50-amd64': '6.1.176-1', 'linux-image-unsigned-6.1.0-56-amd64': '6.1.192-2' },
    })

    expect(seen.installed).toEqual([
      { release: '6.1.0-50-amd64', package: 'linux-image-6.1.0-50-amd64', packageVersion: '6.1.176-1' },
      { release: '6.1.0-56-amd64', package: 'linux-image-unsigned-6.1.0-56-amd64', packageVersion: '6.1.192-2' },
      { release: '6.9.0-custom', package: null, packageVersion: null },
    ])
  })

  it('are not those whose package is removed, or was never finished', async () => {
    const found = await releases({
      running: '6.1.0-50-amd64',
      images: ['vmlinuz-6.1.0-50-amd64', 'vmlinuz-6.1.0-51-amd64', 'vmlinuz-6.1.0-52-amd64', 'vmlinuz-6.1.0-53-amd64'],
      packages: {
        'linux-image-6.1.0-50-amd64': '1',
        'linux-image-6.1.0-51-amd64': '1 config-files',
        'linux-image-6.1.0-52-amd64': '1 half-configured',
        'linux-image-6.1.0-53-amd64': '1 triggers-pending',
      },
    })

    expect(found).toEqual(['6.1.0-50-amd64', '6.1.0-53-amd64'])
  })

  it('are not backups, initial file systems, half-unpacked files or rescue images', async () => {
    const found = await releases({
      running: '6.1.0-50-amd64',
      images: [
        'vmlinuz-6.1.0-50-amd64',
        'vmlinuz-6.1.0-50-amd64.old',
        'vmlinuz-6.1.0-56-amd64.dpkg-new',
        'vmlinuz-6.1.0-56-amd64.dpkg-bak',
        'vmlinuz-0-rescue-0123456789abcdef',
        'vmlinuz-6.8.0-1-generic.efi.signed',
        'vmlinuz-virtual',
        'vmlinuz-lts',
        'vmlinuz.old',
        'initrd.img-6.1.0-56-amd64',
        'config-6.1.0-56-amd64',
        'System.map-6.1.0-56-amd64',
      ],
    })

    expect(found).toEqual(['6.1.0-50-amd64'])
  })

  it('are not placeholders or images cut off by a full disk', async () => {
    const images = ['vmlinuz-6.1.0-50-amd64', 'vmlinuz-6.1.0-56-amd64', 'vmlinuz-6.1.0-57-amd64']
    const stat = {
      '/boot/vmlinuz-6.1.0-56-amd64': { size: 999_999 },
      '/boot/vmlinuz-6.1.0-57-amd64': { size: 1_000_000 },
    }

    expect(await releases({ running: '6.1.0-50-amd64', images, stat })).toEqual(['6.1.0-50-amd64', '6.1.0-57-amd64'])
  })

  it('count whatever their size where a recording kept none', async () => {
    const images = ['vmlinuz-6.1.0-50-amd64', 'vmlinuz-6.1.0-56-amd64']
    const stat = { '/boot/vmlinuz-6.1.0-50-amd64': {}, '/boot/vmlinuz-6.1.0-56-amd64': {} }

    expect(await releases({ running: '6.1.0-50-amd64', images, stat })).toHaveLength(2)
  })

  it('are found uncompressed and in /usr/lib/modules, each once; a link is not counted beside its file', async () => {
    const found = await releases({
      running: '6.12.0-1-default',
      images: [
        '/usr/lib/modules/6.12.0-1-default/vmlinuz',
        '/usr/lib/modules/6.13.0-1-default/vmlinuz',
        'vmlinux-6.12.0-1-default',
      ],
      files: {
        '/boot/vmlinuz-6.13.0-1-default': { link: '../usr/lib/modules/6.13.0-1-default/vmlinuz' },
        '/usr/lib/modules/extra/x': '',
      },
    })

    expect(found).toEqual(['6.12.0-1-default', '6.13.0-1-default'])
  })

  it('are taken from /boot alone where the unit hides /usr/lib/modules, and are a failure with nothing in /boot', async () => {
    const hidden = { 'unreadable.txt': '/usr/lib/modules\n', '/usr/lib/modules/6.1/vmlinuz': '' }

    expect(await releases({ running: '6.1', images: ['vmlinuz-6.1.0-50-amd64'], files: hidden })).toEqual([
      '6.1.0-50-amd64',
    ])
    await expect(releases({ running: '6.1', images: [], files: hidden })).rejects.toMatchObject({ code: 'EACCES' })
  })

  it('are counted up to a limit', async () => {
    const images = Array.from({ length: 230 }, (_, index) => `vmlinuz-6.1.${index}`)

    expect(await releases({ running: '6.1.0', images })).toHaveLength(200)
  })
})

describe('where the kernel is not this host’s to choose', () => {
  const kernels = { running: '6.1.0-50-amd64', images: ['vmlinuz-6.1.0-56-amd64'] }

  it.each<[string, HostFiles, string]>([
    ['a container', { 'run/systemd/container': 'lxc\n' }, "container: the kernel is the host's"],
    [
      'WSL',
      { 'proc/sys/kernel/osrelease': '5.15.167.4-microsoft-standard-WSL2\n' },
      'WSL: the kernel belongs to Windows',
    ],
  ])('%s has no kernel section', async (_, files, reason) => {
    expect(await look({ ...kernels, files })).toEqual({ outcome: 'absent', reason, value: null })
  })

  it('a machine without any image has none, with /boot or without', async () => {
    const reason = 'no kernel image is installed: this machine is given its kernel from outside'

    expect(await look({ running: '6.18.44', images: [] })).toEqual({ outcome: 'absent', reason, value: null })
    expect(await look({ running: '6.18.44', images: [], files: { boot: null } })).toMatchObject({
      outcome: 'absent',
      reason,
    })
  })

  it('a partial recording has none', async () => {
    const context = contextOf(makeRecording({ 'etc/hostname': 'x' }))

    expect(await kernelProbe.read(context)).toMatchObject({ outcome: 'absent' })
  })

  it('fails, and is not absent, where /boot may not be listed or dpkg not be read', async () => {
    const images = ['vmlinuz-6.1.0-50-amd64']
    const unreadable = (path: string) =>
      kernelProbe.read(
        contextOf(makeRecording(hostWith({ running: '6.1', images, files: { 'unreadable.txt': path } }))),
      )

    await expect(unreadable('/boot')).rejects.toMatchObject({ code: 'EACCES' })
    await expect(unreadable('/var/lib/dpkg/status')).rejects.toMatchObject({ code: 'EACCES' })
  })
})

describe('the build that runs', () => {
  it.each([
    ['#1 SMP PREEMPT_DYNAMIC Debian 6.1.192-2 (2026-11-01)', '6.1.192-2'],
    ['#1 SMP PREEMPT Debian 1:6.6.51-1+rpt3 (2024-10-08)', '1:6.6.51-1+rpt3'],
    ['#1 SMP PREEMPT_DYNAMIC Debian 6.12.9-1~bpo12+1 (2025-01-19)', '6.12.9-1~bpo12+1'],
    ['#79-Ubuntu SMP PREEMPT_DYNAMIC Tue Aug 12 14:42:46 UTC 2025', null],
    ['#1 SMP PREEMPT_DYNAMIC @0', null],
  ])('of uname -v %j is %s', (text, version) => {
    expect(versionOfUname(text)).toBe(version)
  })

  it.each([
    ['Ubuntu 6.8.0-79.79-generic 6.8.12', '6.8.0-79.79'],
    ['Ubuntu 6.8.0-79.79~22.04.1-generic 6.8.12', '6.8.0-79.79~22.04.1'],
    ['Ubuntu 6.8.0-1035.37-aws-fips 6.8.12', '6.8.0-1035.37'],
    ['Ubuntu unknown', null],
    ['', null],
  ])('of version_signature %j is %s', (text, version) => {
    expect(versionOfSignature(text)).toBe(version)
  })

  it('is not known where it is longer than a report may hold', async () => {
    const files = { 'proc/sys/kernel/version': `#1 SMP Debian 6${'.1'.repeat(600)}\n` }

    expect(
      (await value({ running: '6.1.0-50-amd64', images: ['vmlinuz-6.1.0-50-amd64'], files })).running.packageVersion,
    ).toBeNull()
  })
})
