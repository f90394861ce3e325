// What the command line makes of text: nothing steers a terminal, and everything fits it.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { padEnd, shorten, widthOf } from '../../../collector/cli/cell-width.ts'
import { parseFrame } from '../../../collector/cli/event-stream.ts'
import { progressText } from '../../../collector/cli/progress.ts'
import { plainLines, table, type Column } from '../../../collector/cli/table.ts'
import { safeJson, visible, visibleLines } from '../../../collector/cli/visible.ts'

// oxlint-disable-next-line no-control-regex -- they are what this is about
const STEERING = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/
const anyText = fc.string({ unit: 'binary' })

describe('visible', () => {
  it.each([
    ['\u001b[31m', String.raw`\x1b[31m`],
    ['\u009b2J', String.raw`\x9b2J`],
    ['a\nb\tc', String.raw`a\x0ab\x09c`],
    ['\u202eexe', String.raw`\u202eexe`],
    ['\u{e0041}', String.raw`\u{e0041}`],
    ['web-03 Ünïcödé 日本', 'web-03 Ünïcödé 日本'],
  ])('writes %j as %j', (text, shown) => {
    expect(visible(text)).toBe(shown)
  })

  it('leaves nothing in any text that steers a terminal', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(visible(text)).not.toMatch(STEERING)
      }),
    )
  })

  it('keeps the lines of what has lines', () => {
    expect(visibleLines('a\u001b\r\nb')).toBe('a\\x1b\nb')
  })
})

describe('safeJson', () => {
  it('is the same value, and steers nothing', () => {
    fc.assert(
      fc.property(fc.dictionary(anyText, anyText), (value) => {
        for (const indent of [0, 2]) {
          const text = safeJson(value, indent)
          expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)))
          expect(text.replaceAll('\n', '')).not.toMatch(STEERING)
        }
      }),
    )
  })
})

describe('cells', () => {
  it('counts what a terminal draws', () => {
    expect(['abc', '日本', 'e\u0301', '🙂'].map(widthOf)).toEqual([3, 4, 1, 2])
  })

  it('shortens to the width and never beyond', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 0, max: 30 }), (text, width) => {
        for (const keep of ['both-ends', 'start'] as const)
          expect(widthOf(shorten(text, width, keep))).toBeLessThanOrEqual(Math.max(width, 0))
      }),
    )
  })

  it('keeps both ends of a name, and the start of a sentence', () => {
    expect(shorten('web-03.fra.example.com', 11, 'both-ends')).toBe('web-0…e.com')
    expect(shorten('Restart required', 8, 'start')).toBe('Restart…')
    expect(padEnd('日本', 6)).toBe('日本  ')
  })
})

describe('table', () => {
  type Row = { name: string; why: string; os: string }
  const columns: Column<Row>[] = [
    { heading: 'NAME', widthMin: 6, keep: 'both-ends', cell: ({ name }) => name },
    { heading: 'WHY', widthMin: 5, dispensable: 1, cell: ({ why }) => why },
    { heading: 'OS', dispensable: 2, cell: ({ os }) => os },
  ]
  const rows: Row[] = [
    { name: 'web-03.fra.example.com', why: 'linux-image', os: 'Debian' },
    { name: 'b', why: '', os: 'Debian' },
  ]
  const at = (width: number | null) => table(columns, rows, { width }).split('\n')

  it('is as wide as it gets without a terminal', () => {
    expect(at(null)).toEqual([
      'NAME                    WHY          OS',
      'web-03.fra.example.com  linux-image  Debian',
      'b                       -            Debian',
    ])
  })

  it('shortens before it drops, and drops the least important first', () => {
    expect(at(30)).toEqual([
      'NAME        WHY         OS',
      'web-0….com  linux-ima…  Debian',
      'b           -           Debian',
    ])
    expect(at(18)[0]).toMatch(/^NAME +WHY$/)
    expect(at(8)[0]).toBe('NAME')
  })

  it('fits every width that its last column fits', () => {
    fc.assert(
      fc.property(fc.integer({ min: 6, max: 60 }), (width) => {
        for (const line of at(width)) expect(widthOf(line)).toBeLessThanOrEqual(width)
      }),
    )
  })

  it('gives scripts tabs that no cell can forge', () => {
    expect(plainLines(columns, [{ name: 'a\tb', why: 'c\nd', os: '' }])).toEqual(['a\\x09b\tc\\x0ad\t'])
  })
})

describe('progress', () => {
  it('says how far it is and how long it may take', () => {
    expect(progressText(2_500, 10_000, 4_000)).toBe('[#####               ] 2,500 of 10,000, about 12 s left')
    expect(progressText(2_500, null, 4_000)).toBe('2,500 so far')
  })
})

describe('frames of the event stream', () => {
  it.each([
    ['id: 7\nevent: server.changed\ndata: {"a":1}', { event: 'server.changed', data: '{"a":1}', id: '7' }],
    ['data: one\ndata: two', { event: 'message', data: 'one\ntwo', id: null }],
    [': ping', null],
    ['retry: 5000', null],
    ['', null],
  ])('reads %j', (frame, event) => {
    expect(parseFrame(frame)).toEqual(event)
  })
})
