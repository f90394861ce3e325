import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { hostProbe } from '../../../agent/probes/host.ts'
import { parseInventory } from '../../../agent/probes/inventory.ts'
import { applicationMachineId, APPLICATION_ID } from '../../../agent/probes/machine-id.ts'
import { parseOsRelease } from '../../../agent/probes/os-release.ts'
import type { HostSection } from '../../../shared/sections/host.ts'
import {
  contextOf,
  makeRecording,
  temporaryDirectory,
  type HostFiles,
  type ProbeTestContext,
} from '../../support/recorded-host.ts'

async function look(files: HostFiles, overrides: Partial<ProbeTestContext> = {}): Promise<HostSection> {
  const section = await hostProbe.read({ ...contextOf(makeRecording(files)), ...overrides })
  if (section.outcome !== 'observed') throw new Error(section.reason)
  return section.value
}

describe('a host', () => {
  it('is what its files say, and what agent.toml calls it', async () => {
    const labels = { name: null, application: 'shop', environment: 'prod', tags: { role: 'web' }, heartbeatMs: 30_000 }
    const files = {
      'proc/sys/kernel/hostname': 'web-1\n',
      'proc/sys/kernel/arch': 'aarch64\n',
      'proc/sys/kernel/osrelease': '6.1.0-41-arm64\n',
      'etc/os-release': 'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n',
    }

    expect(await look(files, { labels })).toEqual({
      name: 'web-1',
      os: { id: 'debian', versionId: '12', prettyName: 'Debian GNU/Linux 12 (bookworm)' },
      architecture: 'aarch64',
      kernelRelease: '6.1.0-41-arm64',
      virtualization: { kind: 'unknown', name: null },
      addresses: null,
      machineId: null,
      inventory: null,
      application: 'shop',
      environment: 'prod',
      tags: { role: 'web' },
      agentVersion: 'any',
      heartbeatMs: 30_000,
    })
  })

  it('is called what agent.toml says, else the kernel, else /etc/hostname, else localhost', async () => {
    const labels = { name: 'named', application: null, environment: null, tags: {}, heartbeatMs: null }

    expect((await look({ 'proc/sys/kernel/hostname': 'kernel\n' }, { labels })).name).toBe('named')
    expect((await look({ 'proc/sys/kernel/hostname': 'kernel\n', 'etc/hostname': 'file\n' })).name).toBe('kernel')
    expect((await look({ 'etc/hostname': 'file\n' })).name).toBe('file')
    expect((await look({ 'etc/hostname': '\n' })).name).toBe('localhost')
  })

  it('does not know its kernel where nothing says so', async () => {
    expect((await look({})).kernelRelease).toBeNull()
  })

  it('lists its addresses in one order, whatever order interfaces came up in', async () => {
    const link = (ifname: string, ...locals: string[]) => ({
      ifname,
      addr_info: locals.map((local) => ({ local, prefixlen: 24 })),
    })
    const one = [
      link('lo', '127.0.0.1'),
      link('eth1', '10.0.0.1'),
      link('eth0', '2001:db8::1', '10.0.0.9', '10.0.0.10'),
    ]

    const { addresses } = await look({ 'commands/ip-address.json': { json: one } })

    expect(addresses?.map(({ address }) => address)).toEqual([
      '10.0.0.10',
      '10.0.0.9',
      '2001:db8::1',
      '10.0.0.1',
      '127.0.0.1',
    ])
  })

  it('reports at most 256 of them', async () => {
    const many = [
      {
        ifname: 'eth0',
        addr_info: Array.from({ length: 300 }, (_, index) => ({
          local: `10.0.${index >> 8}.${index & 255}`,
          prefixlen: 8,
        })),
      },
    ]

    expect((await look({ 'commands/ip-address.json': { json: many } })).addresses).toHaveLength(256)
  })
})

describe('the machine id', () => {
  it('is derived as systemd derives it', () => {
    // systemd-id128 -a f03daaeb1c334b43a732172944bf772e show 51df0b4bc3b04c9780e299b98ca373b8
    const derived = applicationMachineId('51df0b4bc3b04c9780e299b98ca373b8\n', 'f03daaeb1c334b43a732172944bf772e')

    expect(derived).toBe('1dee5954e75c4d6fb96cc6c04ca18a86')
  })

  it('never changes for a machine, and never is the raw one', () => {
    expect(APPLICATION_ID).toBe('beae9a7ea2504923a90bf818a2bac48f')
    expect(applicationMachineId('0123456789abcdef0123456789abcdef\n')).toBe('4693f547a3074caf83a0135f29735135')
  })

  it.each([
    '',
    '\n',
    'uninitialized\n',
    '0'.repeat(32),
    '51DF0B4BC3B04C9780E299B98CA373B8',
    '51df0b4b-c3b0-4c97-80e2-99b98ca373b8',
    '51df',
  ])('is not known from %j', (text) => {
    expect(applicationMachineId(text)).toBeNull()
  })

  it('is read from /etc/machine-id', async () => {
    expect((await look({ 'etc/machine-id': '0123456789abcdef0123456789abcdef\n' })).machineId).toBe(
      '4693f547a3074caf83a0135f29735135',
    )
    expect((await look({ 'etc/machine-id': 'x', 'unreadable.txt': '/etc/machine-id' })).machineId).toBeNull()
  })
})

describe('os-release', () => {
  it.each([
    [
      'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\nVERSION_ID="12"\n',
      { id: 'debian', versionId: '12', prettyName: 'Debian GNU/Linux 12 (bookworm)' },
    ],
    ["ID='arch'\r\nPRETTY_NAME='Arch Linux'\r\n", { id: 'arch', versionId: null, prettyName: 'Arch Linux' }],
    [
      'PRETTY_NAME="A \\"quoted\\" \\$name"\n# comment\nID=',
      { id: null, versionId: null, prettyName: 'A "quoted" $name' },
    ],
    ['nonsense\n=\n"\nID="', { id: '"', versionId: null, prettyName: null }],
    ['', { id: null, versionId: null, prettyName: null }],
  ])('%j', (text, expected) => {
    expect(parseOsRelease(text)).toEqual(expected)
  })
})

describe('the inventory', () => {
  const inventory = {
    manufacturer: 'Dell Inc.',
    model: 'R640',
    hypervisor: null,
    cpu: { model: 'Xeon', cores: 16 },
    memoryBytes: 68_719_476_736,
    disks: [{ name: 'sda', model: null, sizeBytes: 1_000 }],
  }

  it('joins from the facts file', async () => {
    const factsDirectory = temporaryDirectory()
    writeFileSync(join(factsDirectory, 'inventory.json'), JSON.stringify(inventory))

    expect((await look({}, { factsDirectory })).inventory).toEqual(inventory)
  })

  it.each([
    ['is missing', () => undefined],
    ['is no JSON', (file: string) => writeFileSync(file, '{')],
    ['is a link', (file: string) => symlinkSync('/etc/hostname', file)],
    ['is a directory', (file: string) => mkdirSync(file)],
    ['is too long', (file: string) => writeFileSync(file, `"${'x'.repeat(300_000)}"`)],
    ['is something else', (file: string) => writeFileSync(file, '[]')],
  ])('is not known while the file %s', async (_, prepare) => {
    const factsDirectory = temporaryDirectory()
    chmodSync(factsDirectory, 0o700)
    prepare(join(factsDirectory, 'inventory.json'))

    expect((await look({}, { factsDirectory })).inventory).toBeNull()
  })

  it('keeps what it can of a file with wrong fields', () => {
    const odd = {
      manufacturer: 5,
      model: ' ',
      cpu: { model: null, cores: -1 },
      memoryBytes: 1.5,
      disks: [7, { name: 'sda', sizeBytes: '1' }],
      extra: true,
    }

    expect(parseInventory(odd)).toEqual({
      manufacturer: null,
      model: null,
      hypervisor: null,
      cpu: { model: '', cores: 0 },
      memoryBytes: null,
      disks: [{ name: 'sda', model: null, sizeBytes: null }],
    })
  })
})
