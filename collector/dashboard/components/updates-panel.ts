// What waits to be upgraded on a server, whether it upgrades itself, and who changed its packages last.
import { actorText } from '../../../shared/sections/actor-words.ts'
import type { ServerDocument } from '../../views/server-view.ts'
import type { PackageRunView } from '../../views/updates-view.ts'
import { html, type Content, type View } from '../html.ts'
import { countText } from '../words.ts'
import { facts } from './facts.ts'
import { moment } from './times.ts'

type Server = Pick<ServerDocument, 'pending' | 'unattendedUpgrades' | 'packageRuns' | 'updatesMissing'>

const RUNS_SHOWN_MAX = 5
const NAMES_SHOWN_MAX = 3

export function updatesPanel(server: Server, now: number): View {
  return html`<div class="updates">
    ${facts([
      ['Waiting', waiting(server)],
      ['Lists fetched', listsFetched(server, now)],
      ['Upgrades itself', upgradesItself(server, now)],
      ['Restarts by itself', restartsItself(server)],
    ])}
    ${lastRuns(server, now)}
  </div>`
}

function unread(reason: string | null): View {
  return html`<span class="outcome-reason">not known${reason === null ? null : html`: ${reason}`}</span>`
}

function waiting({ pending, updatesMissing }: Server): Content {
  if (pending === null) return unread(updatesMissing.pending)
  const { total, security, held, phased } = pending
  const besides = [
    held > 0 ? `${countText(held)} kept back` : null,
    phased > 0 ? `${countText(phased)} deferred by phasing` : null,
  ].filter((part) => part !== null)
  const named = namesOf(
    pending.packages.filter((one) => one.security).map((one) => one.package),
    security,
  )
  return html`${total === 0 ? 'nothing' : `${countText(total)}, ${security === 0 ? 'none' : countText(security)} of them security`}${besides.length === 0 ? null : `; ${besides.join(', ')}`}${named === '' ? null : html` <span class="names">(${named})</span>`}`
}

function listsFetched({ pending }: Server, now: number): Content {
  return pending === null ? null : moment(pending.listsAt, now, 'ago')
}

function upgradesItself({ unattendedUpgrades: found, updatesMissing }: Server, now: number): Content {
  if (found === null) return unread(updatesMissing.unattendedUpgrades)
  const { enabled, healthy, lastRunAt, why } = found
  const word = enabled ? (healthy === true ? 'yes, and it works' : healthy === null ? 'yes' : 'yes, but') : 'no'
  const run = enabled ? html`; last success ${lastRunAt === null ? 'never' : moment(lastRunAt, now, 'ago')}` : null
  return html`${word}${why === null ? null : html`${healthy === false && enabled ? ' ' : ': '}${why}`}${run}`
}

function restartsItself({ unattendedUpgrades: found }: Server): Content {
  if (found === null) return null
  if (!found.automaticReboot || !found.enabled) return 'no'
  const at = found.automaticRebootTime
  return at === null || at === 'now' ? 'yes, at once' : `yes, at ${at}`
}

function lastRuns({ packageRuns, updatesMissing }: Server, now: number): View {
  if (packageRuns === null)
    return html`<p class="empty">Who changed packages is ${unread(updatesMissing.packageRuns)}</p>`
  if (packageRuns.length === 0) return html`<p class="empty">No run that changed packages is on record.</p>`
  return html`<ul class="runs" aria-label="Last changes of packages">
    ${packageRuns.slice(0, RUNS_SHOWN_MAX).map((run) => runLine(run, now))}
  </ul>`
}

function runLine(run: PackageRunView, now: number): View {
  const total = run.changes.length + run.more
  const names = namesOf(
    run.changes.map((change) => change.package),
    total,
  )
  return html`<li>
    <p>${names}${run.interrupted ? ' (cut off)' : null}</p>
    ${run.command === null ? null : html`<p class="with"><code>${run.command}</code></p>`}
    ${run.error === null ? null : html`<p class="outcome-reason">${run.error}</p>`}
    <p class="when">by ${actorText(run)}, ${moment(run.at, now, 'ago')}</p>
  </li>`
}

function namesOf(names: readonly string[], total: number): string {
  const shown = names.slice(0, NAMES_SHOWN_MAX)
  const more = total - shown.length
  return more > 0 && shown.length > 0 ? `${shown.join(', ')} and ${countText(more)} more` : shown.join(', ')
}
