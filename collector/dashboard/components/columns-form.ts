// Which columns the list has: a form whose answer is the address of the page, so that it can be kept and passed on.
import { paths } from '../../../shared/protocol/paths.ts'
import { html, type View } from '../html.ts'
import { CHOOSABLE, EVEN_IF_NONE, type Columns } from '../server-columns.ts'
import { withQuery } from './search-form.ts'

/** `query`: what is searched for; '' for nothing. `page`: of the list, from 1. */
export function columnsForm({ shown, areUsual }: Columns, query: string, page: number): View {
  const isShown = (name: string) => shown.some(([one]) => one === name)
  return html`<details class="columns-choice" id="columns">
    <summary>Columns</summary>
    <form method="get" action=${paths.fleetPage()}>
      ${query === '' ? null : html`<input type="hidden" name="q" value=${query} />`}
      ${page === 1 ? null : html`<input type="hidden" name="page" value=${page} />`}
      <input type="hidden" name="cols" value=${EVEN_IF_NONE} />
      <fieldset>
        <legend>Beside state and server</legend>
        ${CHOOSABLE.map(
          ([name, title]) =>
            html`<label class="check"
              ><input type="checkbox" name="cols" value=${name} checked=${isShown(name)} autocomplete="off" />
              <span>${title}</span></label
            >`,
        )}
      </fieldset>
      <button type="submit">Show these</button>
      ${areUsual ? null : html`<a href=${withQuery(paths.fleetPage(), query)}>The usual ones</a>`}
    </form>
  </details>`
}

/** What was asked for and is not there; nothing where all of it is. */
export function columnsProblem({ problem }: Columns): View | null {
  return problem === null ? null : html`<p class="problem" role="alert">${problem}</p>`
}
