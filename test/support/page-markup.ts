// What page tests share: a shell with fixed addresses, texts a hostile host would send, and the one row of a list.
import type { Shell } from '../../collector/dashboard/layout.ts'
import { FLEET_NOW } from './believable-fleet.ts'

export const SHELL: Shell = {
  assets: {
    style: '/assets/style.css?v=1',
    early: '/assets/early.js?v=1',
    script: '/assets/app.js?v=1',
    icon: '/assets/icon.svg?v=1',
  },
  version: '0.1.0',
  now: FLEET_NOW,
  promoted: 3,
  role: 'reader',
}

const BREAKOUTS = ['', '"', "'", '">', "'>", '</td>', '</script>', '</title>', '</style>', '-->', '`', '\u0000">']
const PAYLOADS = [
  '<script>window.pwned=1</script>',
  '<img src=x onerror=window.pwned=1>',
  '<svg onload=window.pwned=1>',
  '<iframe srcdoc="<script>parent.pwned=1</script>">',
  '<a href="javascript:window.pwned=1" autofocus onfocus=window.pwned=1>x</a>',
  '<style>@import "http://evil.example/";</style>',
  '<base href="http://evil.example/">',
  '<meta http-equiv=refresh content="0;url=http://evil.example/">',
  '<math><mtext><table><mglyph><style><img src=x onerror=window.pwned=1>',
  '<template><script>window.pwned=1</script></template>',
]

/** Each tries to leave the place it stands in, and to run something; if one runs, `window.pwned` is set. */
export function hostileTexts(): string[] {
  return PAYLOADS.flatMap((payload) => BREAKOUTS.map((breakout) => breakout + payload))
}

/** Markup of the only server row. */
export function rowOf(page: string): string {
  const rows = page.match(/<tr[^>]*data-key=.*?<\/tr>/gs) ?? []
  const [row] = rows
  if (row === undefined || rows.length > 1) throw new Error(`expected one row, found ${rows.length}`)
  return row
}
