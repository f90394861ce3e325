// For operators, on the page of a server: let it in, put it off, say what is known of its ports.
import { paths } from '../../../shared/protocol/paths.ts'
import type { ServerDocument } from '../../views/server-view.ts'
import { formTokenInput } from '../forms.ts'
import { html, type Content, type View } from '../html.ts'
import type { ServerDraft } from '../server-draft.ts'
import { problemNote, selectField, textField } from '../settings/settings-frame.ts'

type Subject = Pick<ServerDocument, 'id' | 'name'>

const SNOOZE_TIMES = [
  ['4h', '4 hours'],
  ['1d', '1 day'],
  ['3d', '3 days'],
  ['7d', '1 week'],
  ['14d', '2 weeks'],
  ['30d', '30 days'],
] as const

const DECLARE_TIMES = [
  ['7d', '1 week'],
  ['30d', '30 days'],
  ['90d', '90 days'],
  ['365d', '1 year'],
] as const

/** One button, for what needs no words. */
export function actionButton(server: Subject, action: string, words: Content, formToken: string, more?: View): View {
  return html`<form class="one-button" method="post" action=${paths.serverPage(server.id)}>
    ${formTokenInput(formToken)}
    <input type="hidden" name="action" value=${action} />
    ${more}<button type="submit">${words}</button>
  </form>`
}

export function snoozeForm(server: Subject, formToken: string, draft: ServerDraft | null): View {
  const own = draft?.action === 'snooze' ? draft : null
  return foldedForm(server, 'snooze', 'Snooze', formToken, own, [
    html`<p class="hint">
      Somebody knows and has a date. The server keeps its state and its reasons; it is not counted among those that need
      a person until then. The snooze ends by itself with the restart, and when a reason comes that it was not given
      for.
    </p>`,
    selectField('For', 'snooze-for', SNOOZE_TIMES, own?.text('snooze-for') || '3d'),
    untilField('snooze-until', own),
    textField('Reason', 'snooze-reason', {
      ...reasonOf(own, 'snooze-reason'),
      placeholder: 'restarted with Friday’s deploy',
    }),
    html`<button type="submit">Snooze it</button>`,
  ])
}

export function declareForm(server: Subject, formToken: string, draft: ServerDraft | null): View {
  const own = draft?.action === 'declare-port' ? draft : null
  return foldedForm(server, 'declare', 'Declare a port', formToken, own, [
    html`<p class="hint">
      For what the server cannot see: a balancer before it, or a public address that leads to it. What the server
      reports stays as it is; the page shows both, and who said so.
    </p>`,
    selectField(
      'Protocol',
      'protocol',
      [
        ['tcp', 'tcp'],
        ['udp', 'udp'],
      ],
      own?.text('protocol') || 'tcp',
    ),
    textField('Port', 'port', { value: own?.text('port') ?? '', required: true, numeric: true }),
    selectField(
      'Family',
      'family',
      [
        ['', 'IPv4 and IPv6'],
        ['4', 'IPv4'],
        ['6', 'IPv6'],
      ],
      own?.text('family') ?? '',
    ),
    selectField(
      'From the internet it is',
      'verdict',
      [
        ['filtered', 'not reachable (filtered)'],
        ['exposed', 'reachable (exposed)'],
      ],
      own?.text('verdict') || 'filtered',
    ),
    selectField('For', 'declare-for', DECLARE_TIMES, own?.text('declare-for') || '90d'),
    untilField('declare-until', own),
    textField('Reason', 'declare-reason', {
      ...reasonOf(own, 'declare-reason'),
      placeholder: 'only the balancer is let in, NET-12',
    }),
    html`<button type="submit">Declare it</button>`,
  ])
}

/** Open where it has something to say, so that nobody has to look for what was wrong. */
function foldedForm(
  { id }: Subject,
  name: string,
  title: string,
  formToken: string,
  draft: ServerDraft | null,
  content: Content,
): View {
  return html`<details class="act" id=${name} open=${draft !== null}>
    <summary>${title}</summary>
    <form class="fields" method="post" action=${paths.serverPage(id)}>
      ${problemNote(draft?.problem ?? null)} ${formTokenInput(formToken)}
      <input type="hidden" name="action" value=${name === 'declare' ? 'declare-port' : name} />
      ${content}
    </form>
  </details>`
}

function untilField(id: string, draft: ServerDraft | null): View {
  return html`<div class="field">
    <label for=${id}>Or until</label>
    <input id=${id} name=${id} type="datetime-local" value=${draft?.text(id) ?? ''} aria-describedby=${`${id}-help`} />
    <p class="field-help" id=${`${id}-help`}>In UTC; empty: as long as chosen beside.</p>
  </div>`
}

function reasonOf(draft: ServerDraft | null, field: string) {
  return { value: draft?.text(field) ?? '', required: true }
}
