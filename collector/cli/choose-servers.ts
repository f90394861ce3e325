// Which servers somebody means who acts on them: one by its id or exact name, or all that a query selects.
import { paths } from '../../shared/protocol/paths.ts'
import { parseQuery, problemText } from '../../shared/query/parse.ts'
import type { ServerDocument, ServerItem } from '../views/server-view.ts'
import { UsageError } from './cli-error.ts'
import type { Client } from './client.ts'
import { findServer } from './find-server.ts'
import { collect, pagesOf } from './pages.ts'
import { visible } from './visible.ts'

export type Chosen = Pick<ServerItem, 'id' | 'name'>

const NAMES_SHOWN = 10

/** A mistyped name must never become a search that fits half a fleet: a query is what has a key. Throws UsageError. */
export function isQuery(text: string): boolean {
  const parsed = parseQuery(text)
  if (parsed.ok) return parsed.query.some(({ key }) => key !== 'text')
  if (/\s/.test(text)) throw new UsageError(problemText(parsed.problem))
  return false
}

/** `narrowedTo`: terms that a query is asked with as well. */
export async function chooseServers(client: Client, which: string, narrowedTo = ''): Promise<Chosen[]> {
  if (!isQuery(which)) {
    const { id } = await findServer(client, which)
    return [(await client.read<ServerDocument>(paths.server(id))).value]
  }
  const q = `${which} ${narrowedTo}`.trim()
  return (await collect(pagesOf<ServerItem>(client, paths.servers(), { q }, null))).items
}

/** "2 servers: web-01, web-02". */
export function announced(chosen: readonly Chosen[]): string {
  const names = chosen.slice(0, NAMES_SHOWN).map(({ name }) => visible(name))
  const more = chosen.length > NAMES_SHOWN ? ` and ${(chosen.length - NAMES_SHOWN).toLocaleString('en')} more` : ''
  return `${serverCount(chosen.length)}: ${names.join(', ')}${more}`
}

export function serverCount(count: number): string {
  return `${count.toLocaleString('en')} ${count === 1 ? 'server' : 'servers'}`
}
