// The cause of a row in a few words; the server's own page has all of it.
import { oldPackagesText, serviceName } from '../../../shared/judgement/headline-ports.ts'
import { remedyText } from '../../../shared/judgement/remedy-text.ts'
import type { ServerItem } from '../../views/server-view.ts'
import { html, type View } from '../html.ts'

/** In a row, which has room for two lines of it and does not grow; all of it is the title, and on the server's page. */
export function whyShort(item: Parameters<typeof whyText>[0]): View {
  const text = whyText(item)
  return html`<span class="why" title=${text}>${text}</span>`
}

/** First package and how many more; where no package says it, the sentence that does; and which service has its own need. */
export function whyText(item: Pick<ServerItem, 'state' | 'packages' | 'headline' | 'outdated'>): string {
  const service = serviceText(item.outdated?.openServices ?? [])
  if (item.state === 'ok' && service !== null) return service
  return service === null || item.state === 'unknown' ? ownText(item) : `${ownText(item)}; ${service}`
}

/** "nginx runs the old libssl3: restart nginx"; of those that anyone can reach, the worst. */
function serviceText(open: NonNullable<ServerItem['outdated']>['openServices']): string | null {
  const service = open.find(({ verdict }) => verdict === 'exposed')
  if (service === undefined) return null
  const { unit, remedy } = service
  return `${serviceName(unit)} runs ${oldPackagesText(service)}: ${remedyText(remedy, unit)}`
}

function ownText(item: Pick<ServerItem, 'state' | 'packages' | 'headline'>): string {
  switch (item.state) {
    case 'ok':
      return 'Nothing asks for a restart'
    case 'unknown':
      return item.headline
    case 'restart-required':
    case 'deferrable':
      return packagesText(item.packages)
    default:
      return item.state satisfies never
  }
}

function packagesText(packages: readonly string[] | null): string {
  if (packages === null) return 'The list of packages could not be read'
  const [first, ...others] = packages
  if (first === undefined) return 'No package is named'
  return others.length === 0 ? first : `${first} +${others.length}`
}
