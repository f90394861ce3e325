import { describe, expect, it } from 'vitest'
import { moment, momentText, utcText } from '../../../collector/dashboard/components/times.ts'
import { renderDocument } from '../../../collector/dashboard/html.ts'

const script = new URL('../../../collector/dashboard/assets/time.js', import.meta.url).href
const { localText } = (await import(script)) as { localText: (at: string, offsetMin: number) => string }

const NOW = Date.parse('2026-01-11T10:22:07Z')

describe('a moment on a page', () => {
  it.each([
    { at: '2026-01-11T10:22:07.000Z', wording: 'ago', text: 'just now' },
    { at: '2026-01-11T10:22:06.000Z', wording: 'ago', text: '1 s ago' },
    { at: '2026-01-11T10:20:07.000Z', wording: 'ago', text: '2 min ago' },
    { at: '2026-01-11T10:22:30.000Z', wording: 'ago', text: 'just now' },
    { at: '2026-01-02T06:22:07.000Z', wording: 'for', text: '9 d 4 h' },
    { at: '2026-01-12T10:22:07.000Z', wording: 'for', text: '0 s' },
    { at: '2026-01-16T10:22:07.000Z', wording: 'until', text: 'in 5 d' },
    { at: '2026-01-11T10:22:07.000Z', wording: 'until', text: 'overdue by 0 s' },
    { at: '2026-01-09T06:22:07.000Z', wording: 'until', text: 'overdue by 2 d 4 h' },
  ] as const)('reads "$text" for $at as $wording', ({ at, wording, text }) => {
    const shown = momentText(at, NOW, wording)

    expect(shown).toBe(text)
  })

  it('carries UTC for programs and for the pointer', () => {
    const markup = renderDocument(moment('2026-01-11T10:20:07.000Z', NOW, 'ago'))

    expect(markup).toContain('datetime="2026-01-11T10:20:07.000Z"')
    expect(markup).toContain('title="2026-01-11 10:20:07 UTC"')
    expect(utcText(NOW)).toBe('2026-01-11 10:22:07 UTC')
  })

  it('is said to be not known when it is', () => {
    const markup = renderDocument(moment(null, NOW, 'ago'))

    expect(markup).toContain('not known')
    expect(markup).not.toContain('<time')
  })

  it.each([
    { offsetMin: 60, text: '2026-12-31 23:30 +01:00' },
    { offsetMin: 0, text: '2026-12-31 22:30 +00:00' },
    { offsetMin: 345, text: '2027-01-01 04:15 +05:45' },
    { offsetMin: -210, text: '2026-12-31 19:00 -03:30' },
  ])('reads "$text" in a browser that is $offsetMin min ahead of UTC', ({ offsetMin, text }) => {
    const shown = localText('2026-12-31T22:30:59.000Z', offsetMin)

    expect(shown).toBe(text)
  })
})
