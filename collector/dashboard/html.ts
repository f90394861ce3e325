// Markup as tagged templates. Escaping is the library's, for text and attributes alike: nothing here, and no page, may
// ever put a string into a document by another way, because names and reasons come from hosts that may be hostile.
import { html as template } from 'htm/preact'
import type { ComponentChildren, VNode } from 'preact'
import { renderToString } from 'preact-render-to-string'

export type View = VNode
/** What a template accepts in a hole: a view, text, a number, a list of these, or nothing. */
export type Content = ComponentChildren

export const html: (strings: TemplateStringsArray, ...values: unknown[]) => View = template

/** Text of a whole document. */
export function renderDocument(page: View): string {
  return `<!doctype html>\n${renderToString(page)}\n`
}
