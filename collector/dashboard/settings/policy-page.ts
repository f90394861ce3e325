// `/settings/policy`: the thresholds people decide on, what each preset covers and does not, and for operators what
// another policy would change before it does.
import { paths } from '../../../shared/protocol/paths.ts'
import type { StaleAfter } from '../../../shared/judgement/policy.ts'
import type { PolicyTable } from '../../../shared/judgement/policy-table.ts'
import type { PolicyDocument } from '../../policy/policy-document.ts'
import { applicationHref } from '../components/application-table.ts'
import { facts } from '../components/facts.ts'
import { html, type View } from '../html.ts'
import { countText } from '../words.ts'
import type { Shell } from '../layout.ts'
import { applicationPolicyForm, fleetPolicyForm } from './policy-forms.ts'
import type { ListState } from '../../exploited/exploited-file.ts'
import { policyPreview, type PolicyPreview } from './policy-preview.ts'
import { doneNote, settingsPage, settingsTable } from './settings-frame.ts'
import type { PolicyDraft } from './policy-draft.ts'

export type PolicyModel = {
  document: PolicyDocument
  drafts: { fleet: PolicyDraft; application: PolicyDraft }
  /** For whoever may change the policy; null: a reader sees no form. */
  formToken: string | null
  /** What is wrong with the draft; null: nothing. */
  problems: readonly string[] | null
  preview: PolicyPreview | null
  isChanged: boolean
  /** The list of what is known to be exploited; null: the collector was given none. */
  exploited?: ListState | null
}

export function policyPage(shell: Shell, model: PolicyModel): View {
  const { document, drafts, formToken, problems, preview, isChanged } = model
  return settingsPage(shell, {
    title: 'Policy',
    lead: 'When a pending restart becomes stale, and when a server counts as silent. All servers are judged anew as soon as it changes.',
    dataUrl: paths.policy(),
    main: html`${doneNote(isChanged ? 'The policy is set; servers are judged by it within moments.' : null)}
      ${
        problems === null
          ? null
          : html`<div class="problem" role="alert">${problems.map((problem) => html`<p>${problem}</p>`)}</div>`
      }
      ${preview === null || formToken === null ? null : policyPreview(preview, formToken)}
      <section class="in-force" aria-labelledby="in-force-title">
        <h2 id="in-force-title">In force</h2>
        ${inForce(document)} ${exploitedNote(model.exploited ?? null)} ${applicationsTable(document.policy)}
      </section>
      ${
        formToken === null
          ? html`<p class="hint">Changing it takes the role operator.</p>`
          : html`${fleetPolicyForm(drafts.fleet)} ${applicationPolicyForm(drafts.application)}`
      }
      ${presets(document)}`,
  })
}

function inForce({ policy, presets: all }: PolicyDocument): View {
  const { preset, staleAfter, silentAfter, forgetSilentAfter, ...counts } = policy
  const ofPreset = all.find(({ name }) => name === preset)?.knownExploitedAfter ?? staleAfter
  const exploitedAfter = policy.knownExploitedAfter ?? ofPreset
  return facts([
    ['Preset', preset],
    [
      'Stale after',
      `${daysText(staleAfter.exposedDays)} when exposed, otherwise ${daysText(staleAfter.otherwiseDays)}`,
    ],
    [
      'Known to be exploited',
      `${daysText(exploitedAfter.exposedDays)} when exposed, otherwise ${daysText(exploitedAfter.otherwiseDays)}, where that is shorter`,
    ],
    ['Unknown exposure', counts.unknownExposureCounts ? 'counts as exposed' : 'does not promote'],
    ['Old code at an open port', counts.outdatedServiceCounts ? 'promotes' : 'does not promote'],
    ['Silent after', silentAfter],
    ['Forgotten after silence of', forgetSilentAfter],
  ])
}

function exploitedNote(list: ListState | null): View {
  if (list === null) {
    return html`<p class="hint">
      What is known to be exploited is not known: the collector was given no list, so nothing shortens these days. See
      knownExploited.file in collector.toml.
    </p>`
  }
  const { count, version, releasedAt, problem } = list
  const from = [version, releasedAt?.slice(0, 10) ?? null].filter((part) => part !== null).join(', ')
  const what = `${countText(count)} ${count === 1 ? 'weakness' : 'weaknesses'}${from === '' ? '' : ` (${from})`}`
  return html`<p class="hint">The list of what is known to be exploited names ${what}.</p>
    ${
      problem === null
        ? null
        : html`<p class="problem">
            Its file cannot be used as it is now (${problem}); the list before stays in force.
          </p>`
    }`
}

function applicationsTable({ applications }: PolicyTable): View | null {
  const own = Object.entries(applications)
  if (own.length === 0) return null
  return settingsTable(
    'Applications with a policy of their own',
    ['Application', 'Stale after', 'Known to be exploited', 'Unknown exposure', 'Old code', 'Change'],
    own.map(([name, { staleAfter, knownExploitedAfter, unknownExposureCounts, outdatedServiceCounts }]) => [
      html`<a href=${applicationHref(name)}>${name}</a>`,
      staleAfter === undefined
        ? 'as the fleet'
        : `${daysText(staleAfter.exposedDays)} when exposed, otherwise ${daysText(staleAfter.otherwiseDays)}`,
      knownExploitedAfter === undefined ? 'as the fleet' : pairText(knownExploitedAfter),
      unknownExposureCounts === undefined
        ? 'as the fleet'
        : unknownExposureCounts
          ? 'counts as exposed'
          : 'does not promote',
      outdatedServiceCounts === undefined ? 'as the fleet' : outdatedServiceCounts ? 'promotes' : 'does not promote',
      html`<a href=${`${paths.policyPage()}?${new URLSearchParams({ application: name }).toString()}#application`}
        >Edit<span class="sr"> ${name}</span></a
      >`,
    ]),
    '',
  )
}

function presets({ presets: all, policy }: PolicyDocument): View {
  return html`<section aria-labelledby="presets-title">
    <h2 id="presets-title">Presets</h2>
    <p class="hint">A preset helps to keep a limit; it proves nothing. What each does not cover stands beside it.</p>
    ${settingsTable(
      'Presets',
      ['Preset', 'Exposed', 'Otherwise', 'Known to be exploited', 'Where it comes from', 'Not covered'],
      all.map(({ name, exposedDays, otherwiseDays, knownExploitedAfter: exploited, basis, notCovered }) => [
        html`${name}${name === policy.preset ? html` <span class="quality">in force</span>` : null}`,
        daysText(exposedDays),
        daysText(otherwiseDays),
        pairText(exploited),
        basis,
        notCovered,
      ]),
      '',
    )}
  </section>`
}

function pairText({ exposedDays, otherwiseDays }: StaleAfter): string {
  return exposedDays === otherwiseDays ? daysText(otherwiseDays) : `${exposedDays} or ${daysText(otherwiseDays)}`
}

function daysText(days: number): string {
  return days === 1 ? '1 day' : `${days} days`
}
