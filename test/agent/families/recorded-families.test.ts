// Each of these systems says "restart" in its own way, and each way has something beside it that looks the same and is not.
import { describe, expect, it } from 'vitest'
import type { SnapshotDocument } from '../../../agent/commands/snapshot-document.ts'
import { recordedHosts, snapshotOf } from '../../support/golden.ts'

const HOSTS = new Map(recordedHosts().map(({ name, directory }) => [name, directory]))

async function judgementOf(name: string): Promise<SnapshotDocument['judgement']> {
  const document = JSON.parse(await snapshotOf(HOSTS.get(name) ?? name)) as SnapshotDocument
  return document.judgement
}

describe('a system without /run/reboot-required', () => {
  it.each([
    ['sles-15-reboot-needed', 'reboot-mark'],
    ['sles-15-soft-reboot', 'reboot-mark'],
    ['amazon-2023-hint', 'reboot-mark'],
    ['flatcar-update-ready', 'reboot-mark'],
    ['fedora-42-core-after-boot', 'core-packages'],
    ['rocky-9-configured', 'core-packages'],
    ['rocky-9-newer-kernel', 'core-packages newer-kernel'],
    ['coreos-staged', 'next-image'],
    ['coreos-rollback-queued', 'next-image'],
    ['bootc-staged', 'next-image'],
    ['arch-modules-gone', 'kernel-modules'],
    ['alpine-modules-gone', 'kernel-modules'],
    ['ubuntu-livepatch-libc', 'reboot-flag newer-kernel'],
    ['ubuntu-livepatch-recommends', 'newer-kernel'],
    ['ubuntu-livepatch-broken', 'newer-kernel'],
    ['ubuntu-livepatch-other-kernel', 'newer-kernel'],
    ['ubuntu-livepatch-end-of-life', 'newer-kernel'],
  ])('%s asks for a restart by %s', async (host, names) => {
    const { signals, state } = await judgementOf(host)

    expect(state).toBe('restart-required')
    expect(signals.filter(({ role }) => role === 'decides').map(({ name }) => name)).toEqual(names.split(' '))
  })

  it.each([
    'sles-15-kexec-in-container',
    'fedora-42-clean',
    'coreos-clean',
    'arch-clean',
    'alpine-clean',
    'alpine-container',
    'alpine-own-kernel',
    'debian-12-with-rpm',
  ])('%s asks for nothing', async (host) => {
    expect((await judgementOf(host)).state).toBe('ok')
  })

  it.each(['fedora-42-no-rpm', 'fedora-42-rpm-unparsed'])('%s cannot tell', async (host) => {
    const { headline, state } = await judgementOf(host)

    expect(state).toBe('unknown')
    expect(headline).toContain('the core packages installed since the boot could not be read')
  })

  it('may wait where Livepatch says so for sure', async () => {
    expect((await judgementOf('ubuntu-livepatch-covers')).state).toBe('deferrable')
  })

  it('knows since when, as far as it was written down', async () => {
    expect(await judgementOf('sles-15-reboot-needed')).toMatchObject({ since: '2026-11-22T04:51:02.000Z' })
    expect(await judgementOf('fedora-42-core-after-boot')).toMatchObject({
      since: '2026-11-22T04:51:00.000Z',
      sinceQuality: 'exact',
      packages: ['glibc', 'systemd'],
    })
  })
})
