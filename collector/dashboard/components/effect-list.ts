// What would a restart make effective: the server's own need first, then each unit that runs replaced code, with the least
// that is enough for it.
import { effectsOf, type Effect } from '../../../shared/judgement/restart-effect.ts'
import type { ServerDocument } from '../../views/server-view.ts'
import { html, type View } from '../html.ts'
import { countText } from '../words.ts'
import { commandBlock } from './command-block.ts'

type Server = Pick<ServerDocument, 'state' | 'packages' | 'outdatedProcesses' | 'fixes'>

const ROWS_MAX = 30
const NAMES_SHOWN_MAX = 12

export function hasEffect(server: Server): boolean {
  return effectsIn(server).length > 0
}

export function effectList(server: Server): View {
  const effects = effectsIn(server)
  const more = effects.length - ROWS_MAX
  return html`<div>
    <ul class="effects">
      ${effects.slice(0, ROWS_MAX).map(effectItem)}
    </ul>
    ${more > 0 ? html`<p class="hint">${countText(more)} more in the JSON of this page.</p>` : null}
    ${
      server.outdatedProcesses === null
        ? html`<p class="hint">Which processes run replaced code is not known: no scan of them has answered.</p>`
        : null
    }
  </div>`
}

function effectsIn(server: Server): Effect[] {
  const fixes = server.fixes?.filter(({ awaitsRestart }) => awaitsRestart) ?? null
  return effectsOf({ ...server, old: server.outdatedProcesses ?? [], fixes })
}

function effectItem({ name, programs, processes, old, fixes, ports, remedy, command }: Effect): View {
  const who = processes > 1 ? `${programs.join(', ')}, ${countText(processes)} processes` : programs.join(', ')
  return html`<li>
    <p>
      <strong>${name}</strong>${who === '' || who === name ? null : ` (${who})`}:${' '}
      ${old === null ? 'the names of its packages could not be read' : namesOf(old)}
    </p>
    ${fixes === null ? null : html`<p class="detail">Fixes: ${fixes}</p>`}
    ${ports.length === 0 ? null : html`<p class="detail">Answers ${ports.map(portText).join(', ')}</p>`}
    <p class="detail">Enough: ${remedy}</p>
    ${command === null || processes === 0 ? null : commandBlock(command)}
  </li>`
}

function namesOf(names: readonly string[]): string {
  if (names.length === 0) return 'no package is named'
  const more = names.length - NAMES_SHOWN_MAX
  return `${names.slice(0, NAMES_SHOWN_MAX).join(', ')}${more > 0 ? ` and ${countText(more)} more` : ''}`
}

const PORT_WORDS = { exposed: ', open to anywhere', unknown: ', open to nobody knows whom', filtered: '' } as const

function portText({ protocol, port, verdict }: Effect['ports'][number]): string {
  return `${protocol} ${port}${PORT_WORDS[verdict]}`
}
