// Label and value pairs.
import { html, type Content, type View } from '../html.ts'

/** Pairs in order; a pair with null content is left out. */
export function facts(pairs: readonly (readonly [label: string, content: Content])[]): View {
  const shown = pairs.filter(([, content]) => content !== null)
  return html`<dl class="facts">
    ${shown.map(
      ([label, content]) =>
        html`<div>
          <dt>${label}</dt>
          <dd>${content}</dd>
        </div>`,
    )}
  </dl>`
}
