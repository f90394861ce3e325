import { describe, expect, it } from 'vitest'
import { holderOf } from '../../../agent/processes/holder.ts'
import { remedyFor, ORDINARY } from '../../../agent/processes/remedy.ts'

const ID = '0123456789abcdef'.repeat(4)
const SHORT = ID.slice(0, 12)

describe('the holder of a process', () => {
  it.each([
    ['/system.slice/nginx.service', { kind: 'unit', unit: 'nginx.service' }],
    [
      '/system.slice/system-postgresql.slice/postgresql@15-main.service',
      { kind: 'unit', unit: 'postgresql@15-main.service' },
    ],
    // Delegated groups below the unit follow it.
    ['/system.slice/app.service/workers/7', { kind: 'unit', unit: 'app.service' }],
    ['/system.slice/_nginx.service', { kind: 'unit', unit: 'nginx.service' }],
    ['/system.slice/ssh.socket', { kind: 'unit', unit: 'ssh.socket' }],
    ['/init.scope', { kind: 'init' }],
    ['/user.slice/user-1000.slice/session-3.scope', { kind: 'session', unit: 'session-3.scope' }],
    [
      '/user.slice/user-1000.slice/user@1000.service/app.slice/x.service',
      { kind: 'session', unit: 'user@1000.service' },
    ],
    [`/system.slice/docker-${ID}.scope`, { kind: 'container', name: SHORT }],
    [`/docker/${ID}`, { kind: 'container', name: SHORT }],
    [`/machine.slice/libpod-${ID}.scope/container`, { kind: 'container', name: SHORT }],
    [
      `/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod7.slice/cri-containerd-${ID}.scope`,
      { kind: 'container', name: SHORT },
    ],
    ['/lxc.payload.web/system.slice/nginx.service', { kind: 'container', name: 'web' }],
    [
      '/machine.slice/machine-qemu\\x2d1\\x2dvm.scope/libvirt/emulator',
      { kind: 'machine', name: 'machine-qemu\\x2d1\\x2dvm.scope' },
    ],
    ['/', { kind: 'none' }],
    ['/system.slice', { kind: 'none' }],
    ['/../..', { kind: 'none' }],
  ])('of %s', (path, holder) => {
    expect(holderOf(`0::${path}\n`)).toEqual(holder)
  })

  it('is told by systemd’s own hierarchy where the unified one holds nothing', () => {
    expect(holderOf('9:name=systemd:/system.slice/cron.service\n1:cpu:/\n0::/\n')).toEqual({
      kind: 'unit',
      unit: 'cron.service',
    })
    expect(holderOf('1:name=systemd:/old.service\n0::/system.slice/new.service\n')).toEqual({
      kind: 'unit',
      unit: 'new.service',
    })
    expect(holderOf('')).toEqual({ kind: 'none' })
  })

  it('is no service for somebody who names groups of his own session after one', () => {
    const own = '/user.slice/user-1000.slice/user@1000.service'
    for (const path of [`${own}/nginx.service`, '/user.slice/nginx.service', `${own}/system.slice/ssh.service`]) {
      expect(holderOf(`0::${path}\n`).kind).toBe('session')
    }
  })
})

describe('the remedy', () => {
  const of = (unit: string, traits = ORDINARY) => remedyFor({ kind: 'unit', unit }, traits)

  it('is a restart of an ordinary unit', () => {
    for (const unit of [
      'nginx.service',
      'ssh.service',
      'php8.2-fpm.service',
      'systemd-journald.service',
      'cron.service',
    ]) {
      expect(of(unit)).toBe('restart')
    }
  })

  it('is the server’s for the bus, and a person’s decision for what a restart hurts', () => {
    expect(of('dbus.service')).toBe('reboot')
    expect(of('dbus-broker.service')).toBe('reboot')
    const others = `systemd-logind getty@tty1 serial-getty@ttyS0 gdm NetworkManager networking openvpn@office docker containerd
      libvirtd zfs-zed iscsid corosync apt-daily-upgrade unattended-upgrades cloud-init cron-daily overdue-agent
      postgresql@15-main mariadb mysql redis-server mongod etcd`
    for (const name of others.split(/\s+/)) expect([name, of(`${name}.service`)]).toEqual([name, 'never-alone'])
  })

  it('is a person’s decision where the unit itself says so', () => {
    expect(of('x.service', { isOneshot: true, refusesManualStop: false })).toBe('never-alone')
    expect(of('x.service', { isOneshot: false, refusesManualStop: true })).toBe('never-alone')
  })

  it('follows the holder', () => {
    expect(remedyFor({ kind: 'init' })).toBe('reexec')
    expect(remedyFor({ kind: 'session', unit: 'session-1.scope' })).toBe('relogin')
    expect(remedyFor({ kind: 'container', name: 'x' })).toBe('container')
    expect(remedyFor({ kind: 'machine', name: 'x' })).toBe('container')
    expect(remedyFor({ kind: 'none' })).toBe('restart')
  })
})
