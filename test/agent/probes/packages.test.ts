import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { packagesProbe } from '../../../agent/probes/packages.ts'
import { contextOf, makeRecording, type HostFiles } from '../../support/recorded-host.ts'

const sample = (name: string) => readFileSync(join(import.meta.dirname, '../../fixtures/dpkg', name), 'utf8')
const readOf = (files: HostFiles) => packagesProbe.read(contextOf(makeRecording(files)))
const statusOf = (text: string) => readOf({ 'var/lib/dpkg/status': text })
const stanza = (name: string, status: string, rest = 'Architecture: amd64\nVersion: 1.0') =>
  `Package: ${name}\nStatus: ${status}\n${rest}\n\n`

describe('dpkg’s list', () => {
  it('holds what is installed, with holds, and not what is half-done or left over', async () => {
    expect(await statusOf(sample('mixed-states'))).toMatchObject({
      value: [
        'dbus:amd64=1.14.10-1~deb12u1',
        'libc6:amd64=2.36-9+deb12u14',
        'libssl3:amd64=3.0.22-1~deb12u2',
        'openssl:amd64=3.0.22-1~deb12u2 hold',
      ],
    })
  })

  it('of a whole machine has every installed package once, sorted', async () => {
    const section = await statusOf(sample('status'))
    const value = section.value ?? []

    expect(value).toHaveLength(194)
    expect(value).toEqual([...new Set(value)].sort())
  })

  it.each([
    ['install ok installed', true],
    ['install ok triggers-awaited', true],
    ['install ok triggers-pending', true],
    ['hold ok installed', true],
    ['deinstall ok installed', true],
    ['install ok half-configured', false],
    ['install reinstreq half-installed', false],
    ['install ok unpacked', false],
    ['deinstall ok config-files', false],
    ['purge ok not-installed', false],
  ])('counts "%s" as installed: %s', async (status, counts) => {
    const { value } = await statusOf(stanza('libc6', status) + stanza('other', 'install ok installed'))

    expect(value?.some((entry) => entry.startsWith('libc6:'))).toBe(counts)
  })

  it('tells two architectures of one package apart', async () => {
    const status = ['amd64', 'i386'].map((each) =>
      stanza('libc6', 'install ok installed', `Architecture: ${each}\nVersion: 2`),
    )

    expect(await statusOf(status.join(''))).toMatchObject({ value: ['libc6:amd64=2', 'libc6:i386=2'] })
  })

  it('may end without a blank line', async () => {
    expect(await statusOf(stanza('a', 'install ok installed').trimEnd())).toMatchObject({ value: ['a:amd64=1.0'] })
  })

  it.each([
    ['is empty', '', 'names no package at all'],
    ['is cut off', 'Package: libc6\nStatus: install ok installed\n', 'without a usable name or version'],
    [
      'has a version with blanks',
      stanza('a', 'install ok installed', 'Version: 1 2'),
      'without a usable name or version',
    ],
  ])('that %s is a failure, not a host without packages', async (_, status, reason) => {
    await expect(statusOf(status)).rejects.toThrow(reason)
  })

  it('of more packages than a report holds is a failure', async () => {
    const many = Array.from({ length: 20_001 }, (_, n) => stanza(`p${n}`, 'install ok installed'))

    await expect(statusOf(many.join(''))).rejects.toThrow('more than 20000 packages are installed')
  })
})

describe('a host without dpkg', () => {
  it.each([
    ['usr/lib/sysimage/rpm/rpmdb.sqlite', 'rpm manages the packages: not read yet'],
    ['var/lib/pacman/local/x/desc', 'pacman manages the packages: not read yet'],
    ['lib/apk/db/installed', 'apk manages the packages: not read yet'],
    ['etc/hostname', 'there is no /var/lib/dpkg/status'],
  ])('with %s says why there is no list: %s', async (file, reason) => {
    expect(await readOf({ [file]: '' })).toEqual({ outcome: 'absent', reason, value: null })
  })
})
