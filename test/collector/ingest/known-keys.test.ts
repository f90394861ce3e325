import { describe, expect, it } from 'vitest'
import { keepKnownKeys } from '../../../collector/ingest/known-keys.ts'
import { hostSection } from '../../../shared/sections/host.ts'
import { kernelSection } from '../../../shared/sections/kernel.ts'
import { HOST, KERNEL } from '../../support/store/reports.ts'

const keepHost = keepKnownKeys(hostSection)
const keepKernel = keepKnownKeys(kernelSection)

describe('keys that no schema names are left out', () => {
  it('at the top', () => {
    expect(keepHost({ ...HOST, novel: 'x'.repeat(1_000) })).toEqual(HOST)
  })

  it('inside objects, lists and what may be null', () => {
    const inventory = { manufacturer: null, model: null, hypervisor: null, cpu: null, memoryBytes: 1, disks: null }
    const cpu = { model: 'EPYC', cores: 4 }
    const odd = {
      ...HOST,
      os: { ...HOST.os, novel: 1 },
      inventory: { ...inventory, cpu: { ...cpu, novel: 1 }, novel: 2 },
    }

    expect(keepHost(odd)).toEqual({ ...HOST, inventory: { ...inventory, cpu } })
    expect(keepKernel({ ...KERNEL, installed: KERNEL.installed.map((kernel) => ({ ...kernel, novel: 1 })) })).toEqual(
      KERNEL,
    )
  })

  it('but not tags, whose keys are the operators’', () => {
    expect(keepHost({ ...HOST, tags: { anything: 'goes' } })).toEqual({ ...HOST, tags: { anything: 'goes' } })
  })
})

it('a value with known keys only is kept as it is', () => {
  expect(keepHost(HOST)).toBe(HOST)
  expect(keepKernel(KERNEL)).toBe(KERNEL)
})
