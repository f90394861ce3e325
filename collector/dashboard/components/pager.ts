// Plain links between pages of a list: find-in-page, printing and screen readers keep working.
import { html, type View } from '../html.ts'

export type Paging = {
  /** From 1. */
  number: number
  /** How many pages there are; 1 for an empty list. */
  count: number
}

/** Stands empty for a single page: a live update may add a second. */
export function pager({ number, count }: Paging, hrefOf: (page: number) => string): View {
  return html`<nav class="pager" aria-label="Pages" data-region="pager" hidden=${count <= 1}>
    ${number > 1 ? html`<a rel="prev" href=${hrefOf(number - 1)}>Previous</a>` : html`<span class="none">Previous</span>`}
    <span>Page ${number} of ${count}</span>
    ${number < count ? html`<a rel="next" href=${hrefOf(number + 1)}>Next</a>` : html`<span class="none">Next</span>`}
  </nav>`
}

/** Which page `wanted` means among `total` things: whole, from 1, never past the end. */
export function pagingOf(wanted: unknown, total: number, pageSize: number): Paging {
  const count = Math.max(1, Math.ceil(total / pageSize))
  const asked = typeof wanted === 'string' && /^\d{1,7}$/.test(wanted) ? Number(wanted) : 1
  return { number: Math.min(Math.max(1, asked), count), count }
}
