// Where a page of applications ended: the place in the order, as for servers (server-cursor.ts).
import Type from 'typebox'
import { Compile } from 'typebox/compile'
import { placeOf, type ApplicationItem, type ApplicationPlace } from '../views/application-view.ts'

const compiled = Compile(
  Type.Object({
    promoted: Type.Number(),
    restartRequired: Type.Number(),
    unknown: Type.Number(),
    name: Type.Union([Type.String(), Type.Null()]),
  }),
)

export function encodeApplicationCursor(item: ApplicationItem): string {
  return Buffer.from(JSON.stringify(placeOf(item))).toString('base64url')
}

/** Null for anything that is not a cursor of ours. */
export function decodeApplicationCursor(text: string): ApplicationPlace | null {
  try {
    const place: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'))
    return compiled.Check(place) ? place : null
  } catch {
    return null
  }
}
