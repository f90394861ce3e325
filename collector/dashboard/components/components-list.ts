// Versions of what operators care about on a server.
import type { ServerDocument } from '../../views/server-view.ts'
import { html, type View } from '../html.ts'
import { facts } from './facts.ts'

type Server = Pick<ServerDocument, 'components' | 'componentsMissing'>

export function componentsList({ components, componentsMissing }: Server): View {
  if (components === null) return html`<p class="empty">Nobody looked: the agent does not tell of components.</p>`
  const byName = Map.groupBy(components, ({ name }) => name)
  return html`<div>
    ${
      components.length === 0
        ? html`<p class="empty">None of those that are looked for was found.</p>`
        : facts([...byName].map(([name, found]) => [name, found.map(versionLine)]))
    }
    ${componentsMissing === null ? null : html`<p class="hint">There may be more: ${componentsMissing}.</p>`}
  </div>`
}

function versionLine({ version, path }: NonNullable<Server['components']>[number]): View {
  return html`<div>
    ${version ?? 'of unknown version'}${path === null ? null : html` <span class="quality">${path}</span>`}
  </div>`
}
