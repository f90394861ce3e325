import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const THEME = readFileSync(new URL('../../../collector/dashboard/assets/style/theme.css', import.meta.url), 'utf8')
const [LIGHT = '', DARK = ''] = THEME.split('@media (prefers-color-scheme: dark)')

const TEXTS = ['--text', '--muted', '--required', '--deferrable', '--link']
const LINES = ['--border', '--focus']
const SURFACES = ['--page', '--surface']

describe.each([
  { theme: 'light', css: LIGHT },
  { theme: 'dark', css: DARK },
])('the $theme palette', ({ css }) => {
  it.each(TEXTS.flatMap((text) => SURFACES.map((surface) => ({ text, surface }))))(
    'can be read: $text on $surface',
    ({ text, surface }) => {
      const ratio = contrast(colour(css, text), colour(css, surface))

      expect(ratio).toBeGreaterThanOrEqual(6)
    },
  )

  it.each(['--text', '--muted', '--required'])('can be read on the tile that calls a person: %s', (text) => {
    const ratio = contrast(colour(css, text), colour(css, '--required-wash'))

    expect(ratio).toBeGreaterThanOrEqual(6)
  })

  it.each(LINES.flatMap((line) => SURFACES.map((surface) => ({ line, surface }))))(
    'shows where things end: $line on $surface',
    ({ line, surface }) => {
      const ratio = contrast(colour(css, line), colour(css, surface))

      expect(ratio).toBeGreaterThanOrEqual(3.2)
    },
  )
})

function colour(css: string, name: string): string {
  const match = new RegExp(`${name}: #([0-9a-f]{3,6});`).exec(css)
  if (match?.[1] === undefined) throw new Error(`no colour ${name}`)
  return match[1].length === 3 ? match[1].replace(/./g, '$&$&') : match[1]
}

/** WCAG 2.2, "contrast ratio". */
function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].toSorted((x, y) => y - x)
  return (light + 0.05) / (dark + 0.05)
}

function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [0, 2, 4].map((at) => {
    const channel = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
