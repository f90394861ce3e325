import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  runScanInventory,
  takeInventory,
  type InventorySource,
  type ScanSources,
} from '../../../agent/commands/scan-inventory.ts'
import { createRecordedHost } from '../../../agent/host/recorded-host.ts'
import { makeRecording, temporaryDirectory } from '../../support/recorded-host.ts'

const DISK = { type: 'disk', model: 'QEMU', size: 1_000 }

function source(answers: Partial<Record<keyof InventorySource, () => Promise<unknown>>> = {}): InventorySource {
  return {
    system: async () => ({ manufacturer: 'Dell Inc.', model: 'R640', virtualHost: '' }),
    cpu: async () => ({ manufacturer: 'AMD', brand: 'EPYC', cores: 2 }),
    mem: async () => ({ total: 8_589_934_592 }),
    blockDevices: async () => [
      { ...DISK, name: 'sda' },
      { ...DISK, name: 'zram0' },
      { ...DISK, name: 'sda1', type: 'part' },
    ],
    ...answers,
  } as unknown as InventorySource
}

/** Without a word of apt's. */
function sources(): Required<ScanSources> {
  return { hardware: source(), host: createRecordedHost({ directory: makeRecording({}), clock: 'recorded' }) }
}

function io() {
  const printed = { stdout: '', stderr: '' }
  return {
    printed,
    stdout: { write: (text: string) => (printed.stdout += text) },
    stderr: { write: (text: string) => (printed.stderr += text) },
  }
}

const FOUND = {
  manufacturer: 'Dell Inc.',
  model: 'R640',
  hypervisor: null,
  cpu: { model: 'AMD EPYC', cores: 2 },
  memoryBytes: 8_589_934_592,
  disks: [{ name: 'sda', model: 'QEMU', sizeBytes: 1_000 }],
}

describe('the inventory scan', () => {
  it('leaves what it found in the facts folder, and prints it when asked', async () => {
    const directory = join(temporaryDirectory(), 'facts')
    const streams = io()

    expect(await runScanInventory(['--facts-dir', directory, '--json'], streams, sources())).toBe(0)

    const left = (name: string) => JSON.parse(readFileSync(join(directory, name), 'utf8')) as unknown
    expect(readdirSync(directory)).toEqual(['families.json', 'inventory.json'])
    expect(left('inventory.json')).toEqual(FOUND)
    expect(JSON.parse(streams.printed.stdout)).toEqual({ inventory: FOUND, families: left('families.json') })
  })

  it('prints nothing unless asked', async () => {
    const streams = io()

    await runScanInventory(['--facts-dir', temporaryDirectory()], streams, sources())

    expect(streams.printed).toEqual({ stdout: '', stderr: '' })
  })

  it('leaves null for what fails or takes too long', async () => {
    const answers = { cpu: () => Promise.reject(new Error('no /proc')), blockDevices: () => new Promise(() => {}) }

    expect(await takeInventory(source(answers), 20)).toEqual({ ...FOUND, cpu: null, disks: null })
  })

  it('does not call a machine a container because of a left-over file', async () => {
    const answers = { system: async () => ({ manufacturer: '', model: 'Docker Container', virtualHost: 'KVM' }) }

    expect(await takeInventory(source(answers))).toMatchObject({ model: null, manufacturer: null, hypervisor: 'KVM' })
  })

  it('fails with the path when the folder cannot be made', async () => {
    const file = join(temporaryDirectory(), 'file')
    writeFileSync(file, '')
    const streams = io()

    expect(await runScanInventory(['--facts-dir', join(file, 'facts')], streams, sources())).toBe(1)
    expect(streams.printed.stderr).toContain(`write ${file}/facts/families.json: ENOTDIR`)
  })

  it('works with the real library', async () => {
    const directory = temporaryDirectory()

    expect(await runScanInventory(['--facts-dir', directory], io(), { host: sources().host })).toBe(0)
    expect(JSON.parse(readFileSync(join(directory, 'inventory.json'), 'utf8'))).toMatchObject({
      memoryBytes: expect.any(Number),
    })
  })
})
