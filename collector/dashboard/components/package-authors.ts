// Who changed packages, beside the event that says which.
import { actorText } from '../../../shared/sections/actor-words.ts'
import { authorsIn } from '../../views/change-authors.ts'
import type { HistoryItem } from '../../views/history-view.ts'
import { html, type View } from '../html.ts'
import { moment } from './times.ts'

/** Null where the host did not tell. */
export function packageAuthors(data: HistoryItem['data'], now: number): View | null {
  const authors = authorsIn(data)
  if (authors.length === 0) return null
  return html`${authors.map(
    (author) =>
      html`<p class="detail">
        ${`by ${actorText(author)}`}${author.command === null ? null : html` <code>${author.command}</code>`}${
          author.at === null ? null : html`, ${moment(author.at, now, 'ago')}`
        }
      </p>`,
  )}`
}
