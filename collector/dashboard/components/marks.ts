// Shapes that carry state without colour: filled octagon, half disc, thin ring, dashed ring. The word always stands beside.
import type { Exposure, PromotionReason, State } from '../../../shared/judgement/verdict.ts'
import { html, type View } from '../html.ts'
import { EXPOSURE_WORDS, REASON_WORDS, STATE_WORDS } from '../words.ts'

export function stateMark(state: State): View {
  return html`<span class=${`state state-${state}`}
    >${stateShape(state)}<span class="word">${STATE_WORDS[state]}</span></span
  >`
}

export function stateShape(state: State): View {
  return html`<svg class=${`shape shape-${state}`} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
    ${SHAPES[state]()}
  </svg>`
}

const SHAPES: Record<State, () => View> = {
  'restart-required': () => html`<path fill="currentColor" d="M5.1 1h5.8L15 5.1v5.8L10.9 15H5.1L1 10.9V5.1z" />`,
  deferrable: () =>
    html`<g>
      <circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" stroke-width="1.75" />
      <path fill="currentColor" d="M8 2a6 6 0 0 1 0 12z" />
    </g>`,
  ok: () => html`<circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" stroke-width="1.25" />`,
  unknown: () =>
    html`<circle
      cx="8"
      cy="8"
      r="6"
      fill="none"
      stroke="currentColor"
      stroke-width="1.75"
      stroke-dasharray="2.4 2.31"
    />`,
}

/** Why a person should look now; nothing where no one needs to. */
export function reasonMarks(reasons: readonly PromotionReason[]): View | null {
  if (reasons.length === 0) return null
  return html`<span class="reasons"
    >${reasons.map((reason) => html`<span class="reason">${REASON_WORDS[reason]}</span>`)}</span
  >`
}

export function exposureMark(exposure: Exposure): View {
  return html`<span class=${`exposure exposure-${exposure}`}
    >${exposure === 'exposed' ? globe() : null}<span>${EXPOSURE_WORDS[exposure]}</span></span
  >`
}

function globe(): View {
  return outline(
    1.25,
    html`<g>
      <circle cx="8" cy="8" r="6.25" />
      <path
        d="M1.75 8h12.5M8 1.75c2.2 1.9 2.9 4 2.9 6.25S10.2 12.35 8 14.25C5.8 12.35 5.1 10.25 5.1 8S5.8 3.65 8 1.75z"
      />
    </g>`,
  )
}

/** A drawing in lines of the colour of its text; what it says stands beside it in words. */
export function outline(strokeWidth: number, lines: View): View {
  return html`<svg
    class="shape"
    viewBox="0 0 16 16"
    aria-hidden="true"
    focusable="false"
    fill="none"
    stroke="currentColor"
    stroke-width=${strokeWidth}
  >
    ${lines}
  </svg>`
}
