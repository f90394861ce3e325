// The one place in which a server stands on a day: each counts once, so that the parts of a picture add up.
import { applicationOf, isSnoozed, type DayTally, type ServerRecord } from '../store/records.ts'

type Place = Exclude<keyof DayTally, 'total'>

/** `inOrder`: most urgent first. Behind the first that is fine all are, and most of a fleet is not looked at. */
export function tallyOf(inOrder: readonly ServerRecord[]): DayTally {
  const tally = zeroTally()
  for (const record of inOrder) {
    if (isFine(record)) break
    add(tally, placeOf(record))
  }
  return { ...tally, total: inOrder.length }
}

/** The whole fleet under null, and its `applicationsMax` largest applications: their names are the hosts' to choose. */
export function talliesOf(active: Iterable<ServerRecord>, applicationsMax: number): Map<string | null, DayTally> {
  const fleet = zeroTally()
  const applications = new Map<string, DayTally>()
  for (const record of active) {
    const place = placeOf(record)
    add(fleet, place)
    const name = applicationOf(record)
    if (name !== null) add(tallyIn(applications, name), place)
  }
  const largest = [...applications].toSorted(([, a], [, b]) => b.total - a.total).slice(0, applicationsMax)
  return new Map<string | null, DayTally>([[null, fleet], ...largest])
}

function zeroTally(): DayTally {
  return { promoted: 0, restartRequired: 0, cannotTell: 0, total: 0 }
}

/** Null: nobody has to do anything about it. A snoozed server still needs its restart. */
function placeOf(record: ServerRecord): Place | null {
  const { promoted, state } = record.verdict
  if (promoted && !isSnoozed(record)) return 'promoted'
  if (state === 'restart-required') return 'restartRequired'
  return state === 'unknown' ? 'cannotTell' : null
}

function isFine({ verdict: { promoted, state } }: ServerRecord): boolean {
  return !promoted && (state === 'ok' || state === 'deferrable')
}

function tallyIn(tallies: Map<string, DayTally>, name: string): DayTally {
  const known = tallies.get(name)
  if (known !== undefined) return known
  const tally = zeroTally()
  tallies.set(name, tally)
  return tally
}

function add(tally: DayTally, place: Place | null): void {
  tally.total += 1
  if (place !== null) tally[place] += 1
}
