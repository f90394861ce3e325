// The forms for another policy. They ask what it would change; what they ask is an address that can be passed on.
import { PRESETS } from '../../../shared/judgement/policy.ts'
import { paths } from '../../../shared/protocol/paths.ts'
import { html, type View } from '../html.ts'
import type { PolicyDraft } from './policy-draft.ts'
import { selectField, textField } from './settings-frame.ts'

export function fleetPolicyForm(draft: PolicyDraft): View {
  return html`<section class="make" aria-labelledby="fleet-policy-title">
    <h2 id="fleet-policy-title">Change it for the fleet</h2>
    <form class="fields" method="get" action=${paths.policyPage()}>
      <input type="hidden" name="preview" value="1" />
      ${selectField('Preset', 'preset', PRESET_CHOICES, draft.preset)}
      ${textField('Days when exposed', 'exposedDays', { value: draft.exposedDays, help: 'Empty: as the preset says.', numeric: true })}
      ${textField('Days otherwise', 'otherwiseDays', { value: draft.otherwiseDays, help: 'Empty: as the preset says.', numeric: true })}
      ${textField('Known to be exploited: days when exposed', 'exploitedExposedDays', { value: draft.exploitedExposedDays, help: EXPLOITED_HELP, numeric: true })}
      ${textField('Known to be exploited: days otherwise', 'exploitedOtherwiseDays', { value: draft.exploitedOtherwiseDays, help: EXPLOITED_HELP, numeric: true })}
      ${selectField('Unknown exposure', 'unknownExposureCounts', COUNTS_CHOICES, draft.unknownExposureCounts)}
      ${selectField('Old code at an open port', 'outdatedServiceCounts', OLD_CODE_CHOICES, draft.outdatedServiceCounts)}
      ${textField('Silent after', 'silentAfter', { value: draft.silentAfter, help: '15m, 2h' })}
      ${textField('Forget after silence of', 'forgetSilentAfter', { value: draft.forgetSilentAfter, help: '14d; then it is removed.' })}
      <button type="submit">See what it would change</button>
    </form>
  </section>`
}

export function applicationPolicyForm(draft: PolicyDraft): View {
  return html`<section class="make" id="application" aria-labelledby="application-policy-title">
    <h2 id="application-policy-title">Change it for one application</h2>
    <form class="fields" method="get" action=${paths.policyPage()}>
      <input type="hidden" name="preview" value="1" />
      <input type="hidden" name="scope" value="application" />
      <div class="field">
        <label for="own-application">Application</label>
        <input
          id="own-application"
          name="application"
          type="text"
          value=${draft.application ?? ''}
          placeholder="shop"
          maxlength="255"
          required
          autocomplete="off"
          autocapitalize="none"
          spellcheck="false"
        />
      </div>
      ${ownDays('Days when exposed', 'exposedDays', draft.exposedDays)}
      ${ownDays('Days otherwise', 'otherwiseDays', draft.otherwiseDays)}
      ${ownDays('Known to be exploited: days when exposed', 'exploitedExposedDays', draft.exploitedExposedDays)}
      ${ownDays('Known to be exploited: days otherwise', 'exploitedOtherwiseDays', draft.exploitedOtherwiseDays)}
      ${ownChoice('Unknown exposure', 'unknownExposureCounts', COUNTS_CHOICES, draft.unknownExposureCounts)}
      ${ownChoice('Old code at an open port', 'outdatedServiceCounts', OLD_CODE_CHOICES, draft.outdatedServiceCounts)}
      <button type="submit">See what it would change</button>
    </form>
  </section>`
}

/** Both forms stand on one page: ids are the page's, names the form's. */
function ownDays(label: string, name: string, value: string): View {
  return html`<div class="field">
    <label for=${`own-${name}`}>${label}</label>
    <input
      id=${`own-${name}`}
      name=${name}
      type="text"
      value=${value}
      inputmode="numeric"
      maxlength="6"
      autocomplete="off"
      aria-describedby=${`own-${name}-help`}
    />
    <p class="field-help" id=${`own-${name}-help`}>Empty: as the fleet.</p>
  </div>`
}

function ownChoice(label: string, name: string, choices: Choices, chosen: string): View {
  return html`<div class="field">
    <label for=${`own-${name}`}>${label}</label>
    <select id=${`own-${name}`} name=${name}>
      ${[['', 'as the fleet'] as const, ...choices].map(
        ([value, words]) => html`<option value=${value} selected=${value === chosen}>${words}</option>`,
      )}
    </select>
  </div>`
}

/** The shorter counts: these days never make a limit longer. */
const EXPLOITED_HELP = 'Empty: as the preset says. The shorter counts.'

type Choices = readonly (readonly [string, string])[]

const COUNTS_CHOICES = [
  ['no', 'does not promote'],
  ['yes', 'counts as exposed'],
] as const

const OLD_CODE_CHOICES = [
  ['no', 'does not promote'],
  ['yes', 'promotes'],
] as const

const PRESET_CHOICES = Object.entries(PRESETS).map(
  ([name, { exposedDays, otherwiseDays }]) => [name, `${name} (${exposedDays} / ${otherwiseDays} days)`] as const,
)
