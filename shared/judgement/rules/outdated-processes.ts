// "These processes still run what an upgrade replaced." A hint and no reason to restart the server: most of them are
// brought to the new code by a restart of their unit.
import type { ProcessesSummary } from '../../sections/summaries.ts'
import { usable } from '../observation.ts'
import { toFinding, type Rule } from './finding.ts'

const SUBJECT = { name: 'outdated-processes', source: '/proc' }
/** Names that a value lists before it counts the rest. */
const UNITS_SHOWN_MAX = 5

export const outdatedProcesses: Rule = ({ sections, at }) => {
  const read = usable(sections.processes, at)
  // Where nobody looks at processes, that is no signal in either direction.
  if (read.kind === 'absent' || read.kind === 'missing') return []
  if (read.kind === 'failed') {
    const why = `Which processes run replaced code is not known: ${read.reason}.`
    return [toFinding(SUBJECT, read, { value: null, role: 'informs', says: 'unknown', why })]
  }
  const { count, missing } = read.value
  if (count === 0 && missing === undefined) return []
  const why = `${whyText(read.value)}${missing === undefined ? '' : ` There may be more: ${missing}.`}`
  return [toFinding(SUBJECT, read, { value: valueText(read.value), role: 'informs', says: 'not-required', why })]
}

function whyText({ count, unitsCount }: ProcessesSummary): string {
  if (count === 0) return 'No process was found that runs replaced code.'
  const runs = count === 1 ? 'One process runs' : `${count} processes run`
  const remedy = unitsCount === 0 ? 'whoever runs them can start them anew' : 'a restart of their units may do'
  return `${runs} code that was replaced on disk: ${remedy}.`
}

function valueText({ count, units, unitsCount, packages }: ProcessesSummary): string {
  const shown = units.slice(0, UNITS_SHOWN_MAX)
  const more = unitsCount - shown.length
  const names = [...shown, ...(more > 0 ? [`${more} more`] : [])].join(', ')
  const processes = `${count} ${count === 1 ? 'process' : 'processes'}`
  const where = names === '' ? processes : `${processes} in ${names}`
  return packages.length === 0 ? where : `${where}, with old ${packages.slice(0, UNITS_SHOWN_MAX).join(', ')}`
}
