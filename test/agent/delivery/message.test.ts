import { Compile } from 'typebox/compile'
import { describe, expect, it } from 'vitest'
import { composeReport, digestsOf } from '../../../agent/delivery/message.ts'
import { rootDigest } from '../../../shared/digest.ts'
import { SECTION_NAMES } from '../../../shared/sections/names.ts'
import { bootReading, snapshotOf } from '../../support/section-readings.ts'

const SNAPSHOT = snapshotOf()
const ENVELOPE = {
  instance: '1'.repeat(32),
  seq: 5,
  uptimeMs: 61_000.7,
  sentAtMs: 0,
  reason: null,
  answers: null,
  whole: null,
}

describe('a heartbeat', () => {
  it('is five fields', () => {
    expect(composeReport(SNAPSHOT, ENVELOPE)).toEqual({
      proto: 1,
      instance: '1'.repeat(32),
      seq: 5,
      uptimeMs: 61_000,
      root: rootDigest(digestsOf(SNAPSHOT)),
    })
  })
})

describe('a report', () => {
  const report = composeReport(SNAPSHOT, {
    ...ENVELOPE,
    whole: ['sentinel', 'kernel'],
    reason: 'after apt',
    reasonId: 'reason-1',
    answers: 'ask-1',
  })

  it('carries the boot, the time, the reason and what it answers', () => {
    expect(report).toMatchObject({
      sentAt: '1970-01-01T00:00:00.000Z',
      reason: 'after apt',
      reasonId: 'reason-1',
      answers: 'ask-1',
      boot: { kernelBootId: 'boot-1' },
    })
  })

  it('names the digest of every section and the value of those that are sent whole', () => {
    const values = Object.entries(report.sections ?? {}).map(([name, section]) => [name, 'value' in section])

    expect(values).toEqual([
      ['host', false],
      ['boot', false],
      ['sentinel', true],
      ['kernel', true],
      ['listeners', false],
      ['packages', false],
      ['exposure', false],
      ['processes', false],
      ['updates', false],
      ['components', false],
    ])
    expect(Object.keys(report.sections ?? {})).toEqual([...SECTION_NAMES])
  })

  it('says how long ago each section was read, never when', () => {
    expect(report.sections?.sentinel?.readAgoMs).toBe(60_000)
  })

  it('sends null for the value of a section the host does not have', () => {
    expect(report.sections?.kernel).toMatchObject({ outcome: 'absent', reason: 'no /boot', value: null })
  })

  it('does not say when an age would be negative: clocks of recordings step', () => {
    const early = composeReport(SNAPSHOT, { ...ENVELOPE, uptimeMs: -5, whole: [] })

    expect(early).toMatchObject({ uptimeMs: 0, sections: { host: { readAgoMs: 0 } } })
  })

  it('leaves the boot out while it could not be read', () => {
    const blind = snapshotOf({
      boot: { ...bootReading(), section: { outcome: 'failed', reason: 'EACCES', value: null } },
    })

    expect(composeReport(blind, { ...ENVELOPE, whole: [] })).not.toHaveProperty('boot')
  })
})

describe('the protocol', () => {
  it('is what the collector checks', async () => {
    const { report } = await import('../../../shared/protocol/report.ts')
    const check = Compile(report)
    const { host: _, ...sections } = SNAPSHOT.sections
    const whole = composeReport({ ...SNAPSHOT, sections }, { ...ENVELOPE, whole: SECTION_NAMES, reason: 'x' })

    expect([...check.Errors(whole)]).toEqual([])
    expect(check.Check(composeReport(SNAPSHOT, ENVELOPE))).toBe(true)
  })
})
