// Which server somebody means: its id, or its exact name.
import { paths } from '../../shared/protocol/paths.ts'
import { formatPattern } from '../../shared/query/format.ts'
import type { ServerItem } from '../views/server-view.ts'
import { CliError } from './cli-error.ts'
import type { Client } from './client.ts'
import { collect, pagesOf } from './pages.ts'
import { visible } from './visible.ts'

const ID = /^s[a-z2-7]{26}$/
const CANDIDATES_MAX = 10
/** By name also what lists leave out, but for what is gone. */
const THERE = 'lifecycle:active,pending-approval,conflict'

/** Throws CliError that lists the candidates when there is none, or more than one. */
export async function findServer(client: Client, idOrName: string): Promise<{ id: string }> {
  if (ID.test(idOrName)) return { id: idOrName }
  const [only, ...others] = await named(client, idOrName)
  if (only === undefined)
    throw new CliError(`No server is called "${visible(idOrName)}".${await resembling(client, idOrName)}`)
  if (others.length === 0) return only
  throw new CliError(
    `${others.length + 1} servers are called "${visible(idOrName)}". Say which by its id:${listed([only, ...others])}`,
  )
}

/** Upper and lower case are the same only where nothing fits as it is written. */
async function named(client: Client, name: string): Promise<ServerItem[]> {
  const found = await matching(client, `name:${formatPattern([name])} ${THERE}`, CANDIDATES_MAX + 1)
  const exact = found.filter((server) => server.name === name)
  return exact.length > 0 ? exact : found
}

async function resembling(client: Client, name: string): Promise<string> {
  const found = await matching(client, formatPattern([name]), CANDIDATES_MAX)
  return found.length === 0 ? ' "overdue list" shows them all.' : ` Did you mean one of these?${listed(found)}`
}

async function matching(client: Client, q: string, limit: number): Promise<ServerItem[]> {
  return (await collect(pagesOf<ServerItem>(client, paths.servers(), { q }, limit))).items
}

function listed(servers: readonly ServerItem[]): string {
  return servers
    .map(
      ({ id, name, application, environment }) =>
        `\n  ${id}  ${visible(name)}  ${visible([application, environment].filter((part) => part !== null).join('/')) || '-'}`,
    )
    .join('')
}
