import { describe, expect, it } from 'vitest'
import { commandPalette } from '../../../collector/dashboard/components/command-palette.ts'
import { renderDocument } from '../../../collector/dashboard/html.ts'
import type { Role } from '../../../collector/store/records.ts'
import { SHELL } from '../../support/page-markup.ts'
import { signedInPage, signedOutPage } from '../../../collector/dashboard/layout.ts'

function placesFor(role: Role): string[] {
  const palette = commandPalette(role)
  const [, places = '[]'] = /data-places="([^"]*)"/.exec(palette === null ? '' : renderDocument(palette)) ?? []
  return (JSON.parse(places.replaceAll('&quot;', '"')) as string[][]).map(([name = '']) => name)
}

describe('the palette', () => {
  it.each([
    { role: 'reader', settings: ['Settings: Policy'] },
    { role: 'operator', settings: ['Settings: Policy', 'Settings: Join keys'] },
    { role: 'admin', settings: ['Settings: Policy', 'Settings: Join keys', 'Settings: Tokens', 'Settings: Audit'] },
  ] as const)('names every page that a $role may see', ({ role, settings }) => {
    expect(placesFor(role)).toEqual(['Fleet', 'Applications', 'History', ...settings, 'Help', 'Help: Kinds of errors'])
  })

  it('is on pages of whoever is signed in, with a button, and on no other', () => {
    const page = { title: 'a', kind: 'still', main: null } as const
    const documents = [
      signedInPage(SHELL, page),
      signedInPage({ ...SHELL, role: null }, page),
      signedOutPage(SHELL, 'a', null),
    ].map(renderDocument)

    expect(documents.map((text) => [text.includes('id="palette"'), text.includes('id="palette-open"')])).toEqual([
      [true, true],
      [false, false],
      [false, false],
    ])
  })
})
