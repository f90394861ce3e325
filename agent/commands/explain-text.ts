// An explanation for people: the sentence, what decided it, what else was seen, and what was not.
import { formatDuration } from '../../shared/judgement/duration.ts'
import { explainEffects } from './explain-effects.ts'
import type { Explanation } from './explanation.ts'
import { explainFixes } from './explain-fixes.ts'
import { explainUpdates } from './explain-updates.ts'
import type { Judgement } from './snapshot-judgement.ts'
import { harmless } from './snapshot-text.ts'

type Signal = Judgement['signals'][number]

export function explainText({ lookedAt, judgement, sinceHow, packages, effects, ...rest }: Explanation): string {
  const { since, staleAt, signals } = judgement
  const { updates, notRead } = rest
  const at = Date.parse(lookedAt)
  const deciding = signals.filter(({ role }) => role === 'decides')
  const informing = signals.filter(({ role }) => role === 'informs')
  const lines = [
    judgement.headline,
    '',
    `State ${judgement.state}, exposure ${judgement.exposure}, by the default policy; the collector's may differ.`,
    ...(since === null
      ? []
      : [`Since ${since} (${formatDuration(at - Date.parse(since))}): ${sinceHow ?? 'not known how'}.`]),
    ...(staleAt === null ? [] : [`Stale from ${staleAt} on.`]),
    ...(judgement.promoted ? [`A person should look now: ${judgement.reasons.join(', ')}.`] : []),
    '',
    'What decided',
    ...(deciding.length === 0 ? ['  nothing: no signal here can ask for a restart'] : deciding.flatMap(signalLines)),
    ...(packages.length === 0 ? [] : ['', 'Packages that ask, as installed now', ...packages.flatMap(packageLines)]),
    ...(effects.length === 0 ? [] : ['', 'What a restart makes effective', ...explainEffects(effects)]),
    ...(informing.length === 0
      ? []
      : ['', 'What was seen beside it, and decided nothing', ...informing.flatMap(signalLines)]),
    ...(updates === null ? [] : ['', 'What upgrades fixed', ...explainFixes(updates)]),
    ...(updates === null ? [] : ['', 'Packages over time', ...explainUpdates(updates)]),
    ...(notRead.length === 0 ? [] : ['', 'What was not read', ...notRead.map(notReadLine)]),
    '',
    `Looked at ${lookedAt}. The collector's verdict: overdue-agent status.`,
  ]
  return `${lines.map(harmless).join('\n')}\n`
}

function signalLines({ name, says, value, source, readAt, why }: Signal): string[] {
  return [
    `  ${name}: ${says}`,
    `    why     ${why}`,
    `    value   ${value ?? 'could not be read'}`,
    `    source  ${source}`,
    `    read    ${readAt ?? 'never'}`,
  ]
}

function packageLines({ name, installed }: Explanation['packages'][number]): string[] {
  if (installed === null) return [`  ${name}: the list of packages could not be read`]
  if (installed.length === 0) return [`  ${name}: not installed under this name`]
  return installed.map(
    ({ architecture, version, source }) =>
      `  ${name}:${architecture} ${version}, built from ${source.name} ${source.version}`,
  )
}

function notReadLine({ section, outcome, reason }: Explanation['notRead'][number]): string {
  return `  ${section}: ${outcome === 'absent' ? 'not there' : 'failed'}${reason === null ? '' : `, ${reason}`}`
}
