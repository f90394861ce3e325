import { describe, expect, it } from 'vitest'
import { createBootMemory } from '../../../agent/files/boot-memory.ts'
import { releaseOfSavedEntry } from '../../../agent/probes/boot-default.ts'
import { kernelProbe } from '../../../agent/probes/kernel.ts'
import { versionOfSignature, versionOfUname } from '../../../agent/probes/running-kernel.ts'
import { judgeSnapshot } from '../../../agent/commands/snapshot-judgement.ts'
import { takeSnapshot } from '../../../agent/take-snapshot.ts'
import type { KernelSection } from '../../../shared/sections/kernel.ts'
import { contextOf, makeRecording, type HostFiles } from '../../support/recorded-host.ts'

/** Booted 04:30:00, looked at 05:00:00. */
const CLOCK = { json: { now: '2026-11-22T05:00:00Z', bootedAt: '2026-11-22T04:30:00Z' } }
const IMAGE = { size: 8_000_000, mtime: '2026-11-01T00:00:00Z', birth: '2026-11-01T00:00:00Z' }
const MINUTE_MS = 60_000

type HostKernels = {
  running: string
  images: string[]
  packages?: Record<string, string>
  files?: HostFiles
  stat?: Record<string, unknown>
}

/** `packages`: name to "version", or "version status". */
function hostWith({ running, images, packages = {}, files = {}, stat = {} }: HostKernels): HostFiles {
  const stanzas = Object.entries(packages).map(([name, text]) => {
    const [version, status = 'installed'] = text.split(' ')
    return `Package: ${name}\nStatus: install ok ${status}\nVersion: ${version}\n`
  })
  const paths = images.map((image) => (image.startsWith('/') ? image : `/boot/${image}`))
  return {
    'run/.keep': '',
    'clock.json': CLOCK,
    'proc/sys/kernel/osrelease': `${running}\n`,
    'proc/cpuinfo': 'flags : fpu\n',
    'var/lib/dpkg/status': stanzas.join('\n'),
    ...Object.fromEntries(paths.map((path) => [path, ''])),
    'stat.json': { json: { ...Object.fromEntries(paths.map((path) => [path, IMAGE])), ...stat } },
    ...files,
  }
}

async function look(host: HostKernels, memory = createBootMemory()) {
  return await kernelProbe.read(contextOf(makeRecording(hostWith(host)), memory))
}

async function value(host: HostKernels, memory = createBootMemory()): Promise<KernelSection> {
  const section = await look(host, memory)
  if (section.outcome !== 'observed') throw new Error(`${section.outcome}: ${section.reason}`)
  return section.value
}

async function releases(host: HostKernels): Promise<string[]> {
  return (await value(host)).installed.map(({ release }) => release)
}

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
