// Who this machine says it is. Labels, never proof: the credential alone identifies a server.
import type { ServerDocument } from '../../views/server-view.ts'
import { html, type Content } from '../html.ts'
import { momentWithUtc, notKnown } from './times.ts'

export function identityFacts(server: ServerDocument, now: number): (readonly [string, Content])[] {
  const tags = Object.entries(server.tags)
  return [
    ['Addresses', addresses(server.addresses)],
    ['Operating system', server.os ?? notKnown()],
    ['Running kernel', server.kernel ?? notKnown()],
    ['Runs on', server.virtualization ?? notKnown()],
    ['Booted', momentWithUtc(server.bootedAt, now, 'ago')],
    ['Boot', server.bootId === null ? notKnown() : html`<code>${server.bootId}</code>`],
    ['Agent', server.agentVersion ?? notKnown()],
    [
      'Tags',
      tags.length === 0
        ? null
        : html`<ul class="plain-list">
            ${tags.map(([key, value]) => html`<li><code>${key}=${value}</code></li>`)}
          </ul>`,
    ],
    ['Server id', html`<code>${server.id}</code>`],
  ]
}

function addresses(list: readonly string[] | null): Content {
  if (list === null) return notKnown()
  if (list.length === 0) return 'None'
  return html`<ul class="plain-list">
    ${list.map((address) => html`<li><code>${address}</code></li>`)}
  </ul>`
}
