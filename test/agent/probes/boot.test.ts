import { describe, expect, it } from 'vitest'
import { createBootMemory } from '../../../agent/files/boot-memory.ts'
import { bootProbe } from '../../../agent/probes/boot.ts'
import { contextOf, makeRecording, type HostFiles } from '../../support/recorded-host.ts'

const CLOCK = { json: { now: '2026-11-22T05:00:00.700Z', bootedAt: '2026-11-22T04:30:00.400Z' } }
const BOOT_ID = '/proc/sys/kernel/random/boot_id'

function look(files: HostFiles, memory = createBootMemory()) {
  return bootProbe.read(contextOf(makeRecording(files), memory))
}

describe('the boot', () => {
  it('is the kernel’s id, the run marker and a time for people', async () => {
    expect(await look({ [BOOT_ID]: 'cec40e9a-ae7d-496f-9ab6-3413d5c624dd\n', 'clock.json': CLOCK })).toEqual({
      outcome: 'observed',
      reason: null,
      value: {
        kernelBootId: 'cec40e9a-ae7d-496f-9ab6-3413d5c624dd',
        runMarker: 'ab'.repeat(16),
        bootedAt: '2026-11-22T04:30:00.000Z',
      },
    })
  })

  it('keeps its time for as long as memory does, whatever the clock does', async () => {
    const memory = createBootMemory()
    await look({ 'clock.json': CLOCK }, memory)
    const stepped = { json: { now: '2027-01-01T00:00:00Z', bootedAt: '2026-12-31T23:30:00Z' } }

    expect(await look({ 'clock.json': stepped }, memory)).toMatchObject({
      value: { bootedAt: '2026-11-22T04:30:00.000Z' },
    })
  })

  it('has no kernel id where there is none, and no time where nobody recorded one', async () => {
    expect(await look({})).toMatchObject({ outcome: 'observed', value: { kernelBootId: null, bootedAt: null } })
  })

  it('is not another boot because its id could not be read', async () => {
    await expect(look({ [BOOT_ID]: 'x', 'unreadable.txt': BOOT_ID })).rejects.toMatchObject({ code: 'EACCES' })
  })

  it('of a container began with its first process', async () => {
    const stat = '1 (systemd) S 0 1 1 0 -1 4194560 1 2 0 0 1 2 0 0 20 0 1 0 60000 1000 100 1\n'

    expect(await look({ 'proc/1/stat': stat, 'clock.json': CLOCK })).toMatchObject({
      value: { bootedAt: '2026-11-22T04:40:00.000Z' },
    })
  })
})
