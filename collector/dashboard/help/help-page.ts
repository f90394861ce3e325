// `/help`: every word that pages use, explained where it is used. Each entry has an address of its own.
import { PROMOTION_REASONS, STATES } from '../../../shared/judgement/verdict.ts'
import { paths } from '../../../shared/protocol/paths.ts'
import { KEY_NAMES, QUERY_KEYS } from '../../../shared/query/keys.ts'
import { reasonMarks, stateMark } from '../components/marks.ts'
import { withQuery } from '../components/search-form.ts'
import { html, type Content, type View } from '../html.ts'
import { signedInPage, type Shell } from '../layout.ts'
import { EVENT_TEXTS } from './event-texts.ts'
import {
  EVENT_WORDS,
  EXPOSURE_WORDS,
  LIFECYCLE_WORDS,
  LISTENER_REASON_WORDS,
  REPORTING_WORDS,
  SINCE_WORDS,
  OUTCOME_WORDS,
} from '../words.ts'
import { FAQ } from './faq.ts'
import {
  EXPOSURE_TEXTS,
  LIFECYCLE_TEXTS,
  OUTCOME_TEXTS,
  REASON_TEXTS,
  REPORTING_TEXTS,
  SIGNAL_TEXTS,
  SINCE_TEXTS,
  STATE_TEXTS,
} from './verdict-texts.ts'

type Term = { id: string; name: Content; text: Content }
type Chapter = { id: string; title: string; intro?: Content; terms: readonly Term[] }

export function helpPage(shell: Shell): View {
  const chapters = chaptersOf()
  return signedInPage(shell, {
    title: 'Help · Overdue',
    kind: 'still',
    place: 'help',
    main: html`<div class="help">
      <div class="lead">
        <h1>Help</h1>
        <p class="hint">Every word these pages use. Kept on this collector: it needs no way to the internet.</p>
      </div>
      <nav class="contents" aria-label="On this page">
        ${[{ id: 'questions', title: 'Questions' }, ...chapters].map(({ id, title }) => html`<a href=${`#${id}`}>${title}</a>`)}
        <a href=${paths.helpErrorsPage()}>Errors of the API</a>
      </nav>
      <section aria-labelledby="questions">
        <h2 id="questions">Questions</h2>
        ${FAQ.map(
          ({ id, question, answer }) =>
            html`<div class="question" id=${id}>
              <h3>${question}</h3>
              ${answer()}
            </div>`,
        )}
      </section>
      ${chapters.map(chapter)}
    </div>`,
  })
}

function chapter({ id, title, intro, terms }: Chapter): View {
  return html`<section aria-labelledby=${id}>
    <h2 id=${id}>${title}</h2>
    ${intro === undefined ? null : html`<p class="hint">${intro}</p>`}
    <dl class="terms">
      ${terms.map(
        (term) =>
          html`<div id=${term.id}>
            <dt>${term.name}</dt>
            <dd>${term.text}</dd>
          </div>`,
      )}
    </dl>
  </section>`
}

function chaptersOf(): Chapter[] {
  return [...verdictChapters(), ...exposureChapters(), ...listeningChapters(), searchChapter()]
}

function verdictChapters(): Chapter[] {
  return [
    {
      id: 'states',
      title: 'States',
      intro: 'Does this server need a restart?',
      terms: STATES.map((state) => ({ id: `state-${state}`, name: stateMark(state), text: STATE_TEXTS[state] })),
    },
    {
      id: 'reasons',
      title: 'Why a person should look now',
      intro: 'A server with one of these is promoted: it stands before all others and counts in the title.',
      terms: PROMOTION_REASONS.map((reason) => ({
        id: `reason-${reason}`,
        name: reasonMarks([reason]),
        text: REASON_TEXTS[reason],
      })),
    },
    {
      id: 'signals',
      title: 'Signals',
      intro: 'The evidence: what was read, where and when, what it says, and whether it decides or only informs.',
      terms: Object.entries(SIGNAL_TEXTS).map(([name, { title, text }]) => ({
        id: `signal-${name}`,
        name: html`<code>${name}</code> <span class="quality">${title}</span>`,
        text,
      })),
    },
  ]
}

function exposureChapters(): Chapter[] {
  return [
    {
      id: 'exposure',
      title: 'Exposure',
      intro: 'Can anyone on the internet reach a listening port? The worst port counts.',
      terms: termsOf('exposure', EXPOSURE_WORDS, EXPOSURE_TEXTS),
    },
    {
      id: 'port-reasons',
      title: 'Why a port is judged as it is',
      terms: Object.entries(LISTENER_REASON_WORDS).map(([code, words]) => ({
        id: `port-${code}`,
        name: html`<code>${code}</code>`,
        text: `${words.slice(0, 1).toUpperCase()}${words.slice(1)}.`,
      })),
    },
  ]
}

function listeningChapters(): Chapter[] {
  return [
    {
      id: 'reporting',
      title: 'Reporting',
      intro: 'Is it still heard? By the clock of the collector alone.',
      terms: termsOf('reporting', REPORTING_WORDS, REPORTING_TEXTS),
    },
    { id: 'lifecycle', title: 'Is it counted?', terms: termsOf('lifecycle', LIFECYCLE_WORDS, LIFECYCLE_TEXTS) },
    {
      id: 'since',
      title: 'Since when',
      intro: 'The earliest moment of this boot at which a restart was known to be required, and how well it is known.',
      terms: termsOf('since', SINCE_WORDS, SINCE_TEXTS),
    },
    { id: 'sections', title: 'What was looked at', terms: termsOf('outcome', OUTCOME_WORDS, OUTCOME_TEXTS) },
    {
      id: 'events',
      title: 'History',
      intro: 'What came and went while nothing was heard is not invented.',
      terms: termsOf('event', EVENT_WORDS, EVENT_TEXTS),
    },
  ]
}

function searchChapter(): Chapter {
  return {
    id: 'search',
    title: 'Search',
    intro: html`A space is and, a comma is or, <code>-</code> before a term is not, <code>*</code> stands for any
      letters, quotes keep spaces. A word without a key is looked for in the name. Upper and lower case are the same.
      Every search is an address that can be kept.`,
    terms: KEY_NAMES.map((key) => ({
      id: `search-${key}`,
      name: html`<code>${key}:</code>`,
      text: html`${QUERY_KEYS[key].asks}, as in${' '}<a href=${withQuery(paths.fleetPage(), QUERY_KEYS[key].example)}
          ><code>${QUERY_KEYS[key].example}</code></a
        >`,
    })),
  }
}

function termsOf<K extends string>(kind: string, words: Record<K, string>, texts: Record<K, string>): Term[] {
  return (Object.keys(words) as K[]).map((word) => ({ id: `${kind}-${word}`, name: words[word], text: texts[word] }))
}
