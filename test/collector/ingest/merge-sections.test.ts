import { describe, expect, it } from 'vitest'
import type { Held, Merged } from '../../../collector/ingest/merge-sections.ts'
import { isWholeReport, mergeSections } from '../../../collector/ingest/merge-sections.ts'
import { rootDigest } from '../../../shared/digest.ts'
import type { ReportSections } from '../../../shared/protocol/report.ts'
import { SECTION_NAMES } from '../../../shared/sections/names.ts'
import {
  BOOT,
  digestOnly,
  FLAG,
  HOST,
  KERNEL,
  NO_FLAG,
  rootOf,
  sectionsWith,
  unseen,
  whole,
} from '../../support/store/reports.ts'

const NOW = 1_795_000_000_000
const NOTHING: Held = { sections: {}, digests: {} }

function merged(held: Held, given: ReportSections, root = rootOf(given), now = NOW): Merged {
  const result = mergeSections(held, given, root, now)
  if (result.kind === 'invalid') throw new Error(JSON.stringify(result.errors))
  return result
}
const HELD = merged(NOTHING, sectionsWith())

describe('a whole report', () => {
  it('is taken over, each section read when the host says', () => {
    const result = merged(NOTHING, sectionsWith({ sentinel: whole(FLAG, 250) }))

    expect(result).toMatchObject({ complete: true, want: [], changed: true })
    expect(result.sections.sentinel).toEqual({
      outcome: 'observed',
      reason: null,
      readAt: NOW - 250,
      value: FLAG,
      failedSince: null,
    })
    expect(result.sections.host?.value).toEqual(HOST)
  })

  it('changes nothing when it says what is held, but for when that was read', () => {
    const again = merged(HELD, sectionsWith(), undefined, NOW + 5_000)

    expect(again).toMatchObject({ complete: true, want: [], changed: false })
    expect(again.sections.kernel?.readAt).toBe(NOW + 5_000)
  })

  it('drops what its agent no longer reports', () => {
    const { kernel: _, ...fewer } = sectionsWith()

    const result = merged(HELD, fewer)

    expect(result).toMatchObject({ complete: true, want: [], changed: true })
    expect(Object.keys(result.sections).sort()).toEqual(SECTION_NAMES.filter((name) => name !== 'kernel').sort())
    expect(Object.keys(result.digests)).not.toContain('kernel')
  })
})

describe('a digest without its section', () => {
  it('refreshes the time of reading where it is what we hold', () => {
    const given = { ...sectionsWith({ sentinel: whole(FLAG) }), kernel: digestOnly(whole(KERNEL, 100)) }

    const result = merged(HELD, given, undefined, NOW + 1_000)

    expect(result).toMatchObject({ complete: true, want: [] })
    expect(result.sections.kernel).toEqual({ ...HELD.sections.kernel, readAt: NOW + 900 })
  })

  it('asks for the section where it is another, and keeps what is held', () => {
    const given = { ...sectionsWith(), sentinel: digestOnly(whole(FLAG)) }

    const result = merged(HELD, given)

    expect(result).toMatchObject({ complete: false, want: ['sentinel'], changed: false })
    expect(result.sections.sentinel).toEqual(HELD.sections.sentinel)
  })

  it('asks for the section where nothing is held', () => {
    const given = { sentinel: digestOnly(whole(FLAG)), boot: whole(BOOT) }

    expect(merged(NOTHING, given)).toMatchObject({ complete: false, want: ['sentinel'] })
  })
})

describe('a root that the digests do not give', () => {
  it('asks for everything that did not come whole', () => {
    const given = { sentinel: whole(FLAG) }

    const result = merged(
      HELD,
      given,
      rootOf(sectionsWith({ sentinel: whole(FLAG), host: whole({ ...HOST, name: 'web-2' }) })),
    )

    expect(result).toMatchObject({
      complete: false,
      want: SECTION_NAMES.filter((name) => name !== 'sentinel'),
      changed: true,
    })
  })

  it('asks for all sections where all came whole and still do not give it', () => {
    const result = merged(HELD, sectionsWith(), 'x'.repeat(22))

    expect(result).toMatchObject({ complete: false, want: SECTION_NAMES })
  })
})

describe('a failed look', () => {
  const failedAt = (readAgoMs: number, reason = 'EACCES') =>
    sectionsWith({ sentinel: unseen('failed', reason, readAgoMs) })

  it('keeps the last value and remembers since when it fails', () => {
    const held = merged(NOTHING, sectionsWith({ sentinel: whole(FLAG) }))

    const first = merged(held, failedAt(10), undefined, NOW + 1_000)
    const second = merged(first, failedAt(0), undefined, NOW + 9_000)
    const third = merged(second, failedAt(0, 'EIO'), undefined, NOW + 12_000)

    const expected = { outcome: 'failed', reason: 'EACCES', value: FLAG, failedSince: NOW + 990 }
    expect(first.sections.sentinel).toEqual({ ...expected, readAt: NOW + 990 })
    expect(second.sections.sentinel).toEqual({ ...expected, readAt: NOW + 9_000 })
    expect(third.sections.sentinel).toEqual({ ...expected, reason: 'EIO', readAt: NOW + 12_000 })
  })

  it('ends with the next good one', () => {
    const failing = merged(HELD, failedAt(0))

    expect(merged(failing, sectionsWith(), undefined, NOW + 1).sections.sentinel).toMatchObject({
      outcome: 'observed',
      value: NO_FLAG,
      failedSince: null,
    })
  })

  it('has no value where there never was one', () => {
    expect(merged(NOTHING, failedAt(0)).sections.sentinel?.value).toBeNull()
  })

  it('may come without a value at all', () => {
    const given = sectionsWith({ kernel: digestOnly(unseen('failed', 'EACCES')) })

    expect(merged(HELD, given)).toMatchObject({ complete: true, want: [] })
  })
})

it('a subject that the host does not have clears the value', () => {
  const result = merged(HELD, sectionsWith({ kernel: unseen('absent', 'no /boot') }))

  expect(result.sections.kernel).toEqual({
    outcome: 'absent',
    reason: 'no /boot',
    readAt: NOW,
    value: null,
    failedSince: null,
  })
})

it('a time of reading before all time is not believed', () => {
  const result = merged(NOTHING, sectionsWith({ kernel: whole(KERNEL, Number.MAX_SAFE_INTEGER) }))

  expect(result.sections.kernel?.readAt).toBe(0)
})

describe('a section that contradicts itself is refused, naming the field', () => {
  it.each([
    [
      'digest',
      { sentinel: { ...whole(FLAG), digest: 'x'.repeat(22) } },
      '#/sections/sentinel/digest',
      'is not the digest',
    ],
    [
      'reason',
      { kernel: { ...unseen('failed', 'EACCES'), reason: 'EIO' } },
      '#/sections/kernel/digest',
      'is not the digest',
    ],
    ['null value', { boot: { ...whole(BOOT), value: null } }, '#/sections/boot/value', 'needs a value'],
    ['value', { host: { ...unseen('absent', 'none'), value: HOST } }, '#/sections/host/value', 'has no value'],
  ] satisfies [string, ReportSections, string, string][])('%s', (_, change, pointer, detail) => {
    const result = mergeSections(HELD, sectionsWith(change), 'x'.repeat(22), NOW)

    expect(result).toEqual({ kind: 'invalid', errors: [{ pointer, detail: expect.stringContaining(detail) }] })
  })
})

describe('sections of a newer agent', () => {
  const newer = (change: object) => sectionsWith({ ...change })

  it('count for the root and are not asked for', () => {
    const given = newer({ certificates: digestOnly(whole(['ruby'])) })

    const result = merged(HELD, given)

    expect(result).toMatchObject({ complete: true, want: [], changed: true })
    expect(merged(result, newer({ certificates: whole(['ruby']) }))).toMatchObject({ complete: true, changed: false })
    expect(Object.keys(result.sections)).not.toContain('certificates')
  })

  it('whose names or digests are no such thing are not kept', () => {
    const odd = Object.fromEntries(Array.from({ length: 99 }, (_, index) => [`x${index}`, { digest: 'd'.repeat(22) }]))
    const many = Object.fromEntries(
      Array.from({ length: 99 }, (_, index) => [
        `name${'abcdefghij'.charAt(index % 10)}${'x'.repeat(index / 10)}`,
        { digest: 'd'.repeat(22) },
      ]),
    )
    const given = newer({
      ...odd,
      ...many,
      constructor: { digest: 'short' },
      'a b': { digest: 'd'.repeat(22) },
      nothing: null,
    })

    const { digests } = merged(HELD, given, 'x'.repeat(22))

    expect(Object.keys(digests).filter((name) => /\d| |constructor|nothing/.test(name))).toEqual([])
    expect(Object.keys(digests)).toHaveLength(SECTION_NAMES.length + 32)
  })
})

it('sections of newer agents do not pile up, whatever names a host thinks of', () => {
  let held: Held = HELD
  for (let n = 0; n < 60; n++) {
    const name = `name${String.fromCodePoint(97 + (n % 26))}${'x'.repeat(n / 26)}`
    held = merged(held, sectionsWith({ [name]: { digest: 'd'.repeat(22) } }), 'x'.repeat(22))
  }

  expect(Object.keys(held.digests)).toHaveLength(SECTION_NAMES.length + 32)
})

describe('a report stands alone', () => {
  it.each([
    ['when all its sections are whole and give the root', sectionsWith(), undefined, true],
    [
      'also with sections that could not be read',
      sectionsWith({ kernel: unseen('failed', 'EACCES') }),
      undefined,
      true,
    ],
    ['not when one is only named', { ...sectionsWith(), kernel: digestOnly(whole(KERNEL)) }, undefined, false],
    ['not when the root says there is more', sectionsWith(), 'x'.repeat(22), false],
    ['not when it says nothing', {}, rootDigest({}), false],
  ] satisfies [string, ReportSections, string | undefined, boolean][])('%s', (_, given, root, expected) => {
    expect(isWholeReport(given, root ?? rootOf(given))).toBe(expected)
  })
})
