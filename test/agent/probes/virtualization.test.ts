import { describe, expect, it } from 'vitest'
import { createRecordedHost } from '../../../agent/host/recorded-host.ts'
import { fileSystemOf, parseMountinfo } from '../../../agent/probes/mountinfo.ts'
import { readVirtualization } from '../../../agent/probes/virtualization.ts'
import { makeRecording, type HostFiles } from '../../support/recorded-host.ts'

const VM = 'processor : 0\nflags\t\t: fpu sse2 hypervisor lahf_lm\n'
const BARE = 'processor : 0\nflags\t\t: fpu sse2 lahf_lm\n'
const ARM = 'processor : 0\nFeatures : fp asimd\n'
const OWN_PROCESSES = { 'proc/self/ns/pid': { link: 'pid:[4026531836]' } }
const EXT4 = { 'proc/self/mountinfo': '22 1 254:0 / / rw - ext4 none rw\n' }
const OVERLAY = { 'proc/self/mountinfo': '22 1 0:61 / / rw - overlay none rw\n' }
const vendor = (name: string) => ({ 'sys/class/dmi/id/sys_vendor': `${name}\n` })

function detect(files: HostFiles) {
  return readVirtualization(createRecordedHost({ directory: makeRecording(files), clock: 'recorded' }))
}

describe('whose kernel runs here', () => {
  it.each<[string, HostFiles, string, string | null]>([
    ['nspawn says so itself', { 'run/systemd/container': 'systemd-nspawn\n' }, 'container', 'systemd-nspawn'],
    ['the manager says so', { 'run/host/container-manager': 'lxc' }, 'container', 'lxc'],
    ['Podman leaves a file', { 'run/.containerenv': '' }, 'container', 'podman'],
    ['Docker leaves a file', { '.dockerenv': '' }, 'container', 'docker'],
    [
      'Docker shares the machine’s processes',
      { '.dockerenv': '', ...OWN_PROCESSES, ...OVERLAY },
      'container',
      'docker',
    ],
    ['Docker leaves a control group', { 'proc/1/cgroup': '0::/docker/3f5a0c9d11aa22bb\n' }, 'container', 'docker'],
    [
      'systemd starts Docker’s',
      { 'proc/1/cgroup': '0::/system.slice/docker-3f5a0c9d11aa22bb.scope\n' },
      'container',
      'docker',
    ],
    ['Kubernetes has its slice', { 'proc/1/cgroup': '0::/kubepods.slice/pod1/x\n' }, 'container', 'kubernetes'],
    ['LXC has its payload', { 'proc/1/cgroup': '12:pids:/lxc.payload.web/init.scope\n' }, 'container', 'lxc'],
    ['a container runs in a virtual machine', { '.dockerenv': '', 'proc/cpuinfo': VM }, 'container', 'docker'],
    ['WSL 2', { 'proc/sys/kernel/osrelease': '5.15.167.4-microsoft-standard-WSL2\n' }, 'wsl', 'wsl2'],
    ['WSL 1', { 'proc/sys/kernel/osrelease': '4.4.0-19041-Microsoft\n' }, 'wsl', 'wsl'],
    [
      'a container under WSL',
      { '.dockerenv': '', 'proc/sys/kernel/osrelease': '5.15-microsoft-standard-WSL2\n' },
      'container',
      'docker',
    ],
    [
      'Azure is no WSL',
      { 'proc/sys/kernel/osrelease': '6.8.0-1020-azure\n', 'proc/cpuinfo': VM, ...vendor('Microsoft Corporation') },
      'vm',
      'microsoft',
    ],
    [
      'the disk image was made from a container image',
      { '.dockerenv': '', ...OWN_PROCESSES, ...EXT4, 'proc/cpuinfo': VM },
      'vm',
      null,
    ],
    [
      'a service of the machine that is called docker',
      { 'proc/1/cgroup': '0::/system.slice/docker.service\n', 'proc/cpuinfo': BARE },
      'none',
      null,
    ],
    ['KVM', { 'proc/cpuinfo': VM, ...vendor('QEMU') }, 'vm', 'kvm'],
    ['Xen', { 'proc/cpuinfo': VM, 'sys/hypervisor/type': 'xen\n' }, 'vm', 'xen'],
    ['bare metal', { 'proc/cpuinfo': BARE, ...vendor('Dell Inc.') }, 'none', null],
    [
      'bare metal made by a maker of hypervisors',
      { 'proc/cpuinfo': BARE, ...vendor('Microsoft Corporation') },
      'none',
      null,
    ],
    [
      'arm64 in a cloud',
      { 'proc/cpuinfo': ARM, ...vendor('Amazon EC2'), 'sys/class/dmi/id/product_name': 'm7g.large\n' },
      'vm',
      'amazon',
    ],
    [
      'arm64 with a device tree of a hypervisor',
      { 'proc/cpuinfo': ARM, 'proc/device-tree/hypervisor/compatible': 'linux,kvm' },
      'vm',
      'kvm',
    ],
    [
      'a Raspberry Pi',
      { 'proc/cpuinfo': ARM, 'proc/device-tree/model': 'Raspberry Pi 5 Model B Rev 1.0' },
      'none',
      null,
    ],
    ['nothing to go by', {}, 'unknown', null],
  ])('%s', async (_, files, kind, name) => {
    expect(await detect(files)).toEqual({ kind, name })
  })
})

describe('mountinfo', () => {
  const mounts = parseMountinfo(
    [
      '22 1 254:0 / / rw,relatime - ext4 /dev/vda rw',
      '24 22 0:22 / /run rw shared:5 master:1 - tmpfs tmpfs rw,size=10k',
      '25 24 0:23 / /run/with\\040blank rw - ramfs none rw',
      '26 22 0:24 / /over rw - tmpfs none rw',
      '27 22 0:25 / /over rw - ext4 none rw',
      'broken',
      '',
    ].join('\n'),
  )

  it.each([
    ['/', 'ext4'],
    ['/runner', 'ext4'],
    ['/run', 'tmpfs'],
    ['/run/reboot-required', 'tmpfs'],
    ['/run/with blank/x', 'ramfs'],
    ['/over/x', 'ext4'],
  ])('%s lies on %s', (path, type) => {
    expect(fileSystemOf(mounts, path)).toBe(type)
  })

  it('says nothing of a path no mount covers', () => {
    expect(fileSystemOf([], '/run')).toBeNull()
  })
})
