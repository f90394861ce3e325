import { describe, expect, it } from 'vitest'
import { bootIdentityOf, bootOf, convertMoments } from '../../../collector/ingest/convert-moments.ts'
import type { BootRecord } from '../../../collector/store/records.ts'
import type { ObservedSections } from '../../../shared/judgement/subject.ts'
import type { Moment } from '../../../shared/sections/text.ts'
import { FLAG, KERNEL } from '../../support/store/reports.ts'

const NOW = 1_795_000_000_000
const FIRST = { kernelBootId: 'k1', runMarker: 'a'.repeat(32) }
const EMPTY: BootRecord = { ...FIRST, bootedAt: NOW - 60_000, moments: {}, since: null }
const SINCE = { at: NOW - 5, quality: 'exact' } as const

const seen = <V>(value: V) => ({ outcome: 'observed', reason: null, readAt: NOW, value, failedSince: null }) as const
const flagSince = (uptimeMs: number, quality: Moment['quality'] = 'exact'): ObservedSections => ({
  sentinel: seen({ ...FLAG, since: { uptimeMs, quality } }),
})

describe('which boot a report belongs to', () => {
  it('is a new one with nothing in it where none is known', () => {
    expect(bootOf(null, FIRST, 60_000, NOW)).toEqual(EMPTY)
  })

  it('is the one on record, whatever uptime says later', () => {
    const known = { ...EMPTY, since: SINCE }

    expect(bootOf(known, FIRST, 61_500, NOW + 1_000)).toBe(known)
  })

  it.each([
    ['the kernel’s id', { ...FIRST, kernelBootId: 'k2' }],
    ['the run marker', { ...FIRST, runMarker: 'b'.repeat(32) }],
    ['an id that cannot be read any more', { ...FIRST, kernelBootId: null }],
  ])('is another one when %s differs', (_, told) => {
    const known: BootRecord = { ...EMPTY, since: SINCE, moments: { kernel: { uptimeMs: 1, at: 2, quality: 'exact' } } }

    expect(bootOf(known, told, 30_000, NOW)).toEqual({ ...told, bootedAt: NOW - 30_000, moments: {}, since: null })
  })

  it('stays as it is when a report does not tell', () => {
    expect(bootOf(EMPTY, null, 1, NOW)).toBe(EMPTY)
    expect(bootOf(null, null, 1, NOW)).toBeNull()
  })

  it('once told, is that of what was seen before it could be told', () => {
    const untold: BootRecord = { kernelBootId: null, runMarker: null, bootedAt: null, moments: {}, since: SINCE }

    expect(bootOf(untold, FIRST, 60_000, NOW)).toEqual({ ...EMPTY, since: SINCE })
    expect(bootIdentityOf(untold)).toBeNull()
    expect(bootIdentityOf(EMPTY)).toEqual(FIRST)
  })
})

describe('a moment of the host', () => {
  it('becomes the time before reception that lies between it and the report', () => {
    const { moments } = convertMoments(EMPTY, flagSince(40_000), 60_000, NOW)

    expect(moments).toEqual({ sentinel: { uptimeMs: 40_000, at: NOW - 20_000, quality: 'exact' } })
  })

  it('is converted once: the next report’s time on the way changes nothing', () => {
    const first = convertMoments(EMPTY, flagSince(40_000), 60_000, NOW)

    expect(convertMoments(first, flagSince(40_000), 120_000, NOW + 60_900)).toBe(first)
    expect(convertMoments(first, flagSince(90_000), 120_000, NOW + 60_900)).toBe(first)
  })

  it('only moves earlier', () => {
    const first = convertMoments(EMPTY, flagSince(40_000), 60_000, NOW)

    const { moments } = convertMoments(first, flagSince(10_000, 'upper-bound'), 60_000, NOW)

    expect(moments.sentinel).toEqual({ uptimeMs: 10_000, at: NOW - 50_000, quality: 'upper-bound' })
  })

  it('survives the flag', () => {
    const first = convertMoments(EMPTY, flagSince(40_000), 60_000, NOW)

    expect(convertMoments(first, { sentinel: seen({ ...FLAG, since: null }) }, 70_000, NOW + 10_000)).toBe(first)
  })

  it('of the kernel stands beside that of the flag', () => {
    const sections = {
      ...flagSince(40_000),
      kernel: seen({ ...KERNEL, newestInstalled: { uptimeMs: 1_000, quality: 'exact' as const } }),
    }

    expect(Object.keys(convertMoments(EMPTY, sections, 60_000, NOW).moments)).toEqual(['sentinel', 'kernel'])
  })

  it.each([
    ['ahead of the report', 70_000, NOW],
    ['before all time', -1e15, 0],
    ['before the boot, in a container that outlived a clock step', -5_000, NOW - 65_000],
  ])('%s is kept within reason', (_, uptimeMs, at) => {
    expect(convertMoments(EMPTY, flagSince(uptimeMs), 60_000, NOW).moments.sentinel?.at).toBe(at)
  })

  it('behind a failure is not believed: it may be of another boot', () => {
    const failing = { sentinel: { ...seen(FLAG), outcome: 'failed', reason: 'EACCES', failedSince: NOW } } as const

    expect(convertMoments(EMPTY, failing, 60_000, NOW)).toBe(EMPTY)
  })
})
