// The cause of a row in a few words; the server's own page has all of it.
import type { ServerItem } from '../../views/server-view.ts'

/** First package and how many more; where no package says it, the sentence that does. */
export function whyText(item: Pick<ServerItem, 'state' | 'packages' | 'headline'>): string {
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
