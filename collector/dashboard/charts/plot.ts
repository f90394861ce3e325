// What the pictures are drawn with. They are as wide as their place and as high as their pixels: across they are measured
// in percent, so that text never shrinks with the picture. Every mark has a pattern of its own, besides its colour.
import { html, type View } from '../html.ts'

/**
 * solid: beyond what policy allows. hatch: needed, not yet beyond. dots: nobody can tell. full and outline: a measure that
 * is neither good nor bad.
 */
export type Mark = 'solid' | 'hatch' | 'dots' | 'full' | 'outline'

/** Pixels, from the top of a picture. */
export const PLOT = { top: 34, bottom: 172, height: 196 } as const

const FILLS: Readonly<Record<Mark, string | undefined>> = {
  solid: undefined,
  hatch: 'url(#fill-hatch)',
  dots: 'url(#fill-dots)',
  full: undefined,
  outline: 'none',
}

/** Once on a page that has pictures. */
export function patterns(): View {
  return html`<svg class="patterns" width="0" height="0" aria-hidden="true" focusable="false">
    <defs>
      <pattern id="fill-hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect class="wash" width="6" height="6" />
        <rect class="mark-solid" width="2.5" height="6" />
      </pattern>
      <pattern id="fill-dots" width="5" height="5" patternUnits="userSpaceOnUse">
        <rect class="ground" width="5" height="5" />
        <circle class="dot" cx="2.5" cy="2.5" r="1.25" />
      </pattern>
    </defs>
  </svg>`
}

/** `x` and `width` are shares of the picture's width; `y` and `height` pixels. */
export function bar(mark: Mark, x: number, width: number, y: number, height: number): View {
  return html`<rect
    class=${`mark-${mark}`}
    x=${percent(x)}
    width=${percent(width)}
    y=${pixels(y)}
    height=${pixels(height)}
    fill=${FILLS[mark]}
  />`
}

export function line(kind: 'axis' | 'grid' | 'limit', x1: number, x2: number, y1: number, y2: number): View {
  return html`<line class=${kind} x1=${percent(x1)} x2=${percent(x2)} y1=${pixels(y1)} y2=${pixels(y2)} />`
}

export function label(text: string, x: number, y: number, anchor: 'start' | 'middle' | 'end' = 'middle'): View {
  return html`<text x=${percent(x)} y=${pixels(y)} text-anchor=${anchor}>${text}</text>`
}

export function swatch(mark: Mark): View {
  return html`<svg class="swatch" width="14" height="14" aria-hidden="true" focusable="false">
    <rect class=${`mark-${mark}`} width="14" height="14" fill=${FILLS[mark]} />
  </svg>`
}

/** The line at the top of the values: a round number that none of them passes. */
export function roundAbove(value: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, value)))
  return [1, 2, 3, 4, 5, 6, 8, 10].map((step) => step * power).find((top) => top >= value) ?? power * 10
}

/** How many pixels `value` is high, where `top` reaches from the bottom of the plot to its top. */
export function heightOf(value: number, top: number): number {
  return (value / top) * (PLOT.bottom - PLOT.top)
}

/** "24 Aug" of "2026-08-24". */
export function dayText(date: string): string {
  return new Date(date).toUTCString().slice(5, 11).replace(/^0/, '')
}

export function percent(share: number): string {
  return `${Math.round(share * 10_000) / 100}%`
}

function pixels(value: number): number {
  return Math.round(value * 10) / 10
}
