import { describe, expect, it } from 'vitest'
import type { Probe } from '../../agent/probes/probe.ts'
import type { Readiness } from '../../agent/probes/readiness.ts'
import { takeSnapshot } from '../../agent/take-snapshot.ts'
import { sectionDigest } from '../../shared/digest.ts'
import type { SectionName } from '../../shared/sections/names.ts'
import { observed } from '../../shared/sections/section.ts'
import { contextOf, makeRecording } from '../support/recorded-host.ts'

const CLOCK = { json: { now: '2026-11-22T05:00:00Z', bootedAt: '2026-11-22T04:30:00Z' } }

function context() {
  return contextOf(makeRecording({ 'run/.keep': '', 'clock.json': CLOCK }))
}

function probe(section: Probe<unknown>['section'], read: Probe<unknown>['read']): Probe<unknown> {
  return { section, read }
}

describe('a snapshot', () => {
  it('holds every section in report order, each with its digest and time', async () => {
    const snapshot = await takeSnapshot(context())

    expect(snapshot.takenAtUptimeMs).toBe(1_800_000)
    expect(Object.keys(snapshot.sections)).toEqual([
      'host',
      'boot',
      'sentinel',
      'kernel',
      'listeners',
      'packages',
      'exposure',
      'processes',
      'updates',
      'components',
    ])
    for (const { section, digest, readAtUptimeMs } of Object.values(snapshot.sections)) {
      expect(digest).toBe(sectionDigest(section))
      expect(readAtUptimeMs).toBe(1_800_000)
    }
  })

  it('holds only the sections asked for, in report order all the same', async () => {
    expect(Object.keys((await takeSnapshot(context(), ['sentinel', 'boot'])).sections)).toEqual(['boot', 'sentinel'])
  })

  it('has the same digests while nothing changes', async () => {
    const one = context()
    const digests = async () => Object.values((await takeSnapshot(one)).sections).map(({ digest }) => digest)

    expect(await digests()).toEqual(await digests())
  })

  it('says what went wrong with one probe and keeps the others', async () => {
    const probes = [
      probe('host', () => Promise.reject(new Error('read /etc: broken\nwith a second line'))),
      probe('boot', () => {
        throw new TypeError('a bug')
      }),
      probe('sentinel', async () => observed(1)),
    ]

    const { sections } = await takeSnapshot(context(), ['host', 'boot', 'sentinel'], { probes })

    expect(sections.host?.section).toEqual({ outcome: 'failed', reason: 'read /etc: broken', value: null })
    expect(sections.boot?.section).toEqual({ outcome: 'failed', reason: 'a bug', value: null })
    expect(sections.sentinel?.section).toEqual({ outcome: 'observed', reason: null, value: 1 })
  })

  it('leaves out what did not change and names what somebody writes just now', async () => {
    const ready = (section: SectionName, readiness: Readiness) => ({
      ...probe(section, async () => observed(1)),
      readiness: async () => readiness,
    })
    const probes = [
      ready('host', { kind: 'ready' }),
      ready('boot', { kind: 'unchanged' }),
      ready('kernel', { kind: 'busy', reason: 'at work', isFirst: false }),
      ready('packages', { kind: 'busy', reason: 'at work', isFirst: true }),
    ]

    const { sections, busy } = await takeSnapshot(context(), undefined, { probes })

    expect(Object.keys(sections)).toEqual(['host', 'packages'])
    expect(sections.packages?.section).toEqual({ outcome: 'failed', reason: 'at work', value: null })
    expect(busy).toEqual(['kernel', 'packages'])
  })

  it('does not wait for a probe that hangs', async () => {
    const probes = [probe('kernel', () => new Promise(() => {})), probe('boot', async () => observed(1))]

    const { sections } = await takeSnapshot(context(), ['boot', 'kernel'], { probes, probeMsMax: 20 })

    expect(sections.kernel?.section).toEqual({ outcome: 'failed', reason: 'no answer within 0.02 s', value: null })
    expect(sections.boot?.section.outcome).toBe('observed')
  })
})
