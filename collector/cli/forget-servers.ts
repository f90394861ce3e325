// Asks for each server to be removed, one after the other. One that cannot be leaves the others alone; a collector that
// is gone, or a token that may not do this, ends the whole: asking on would only fail as often as there are servers.
import { paths } from '../../shared/protocol/paths.ts'
import type { Chosen } from './choose-servers.ts'
import { CliError, InterruptedError } from './cli-error.ts'
import { ProblemAnswer } from './client-errors.ts'
import type { Client } from './client.ts'
import { EXIT, type Io } from './io.ts'
import { startProgress } from './progress.ts'

export type Forgotten = {
  forgotten: Chosen[]
  failed: { server: Chosen; error: CliError }[]
  /** Not asked for, and why; null: all were. */
  untried: { servers: readonly Chosen[]; error: CliError } | null
}

/** Rejects with InterruptedError at Ctrl-C, and with what ended the whole before anything was done. */
export async function forgetServers(client: Client, chosen: readonly Chosen[], io: Io): Promise<Forgotten> {
  const result: Forgotten = { forgotten: [], failed: [], untried: null }
  const progress = startProgress(io, 'Forgetting')
  try {
    for (const [index, server] of chosen.entries()) {
      const error = await forgetOne(client, server)
      if (error === null) result.forgotten.push(server)
      else if (!endsTheWhole(error)) result.failed.push({ server, error })
      else return endedBy(error, result, chosen, index)
      await progress.update(index + 1, chosen.length)
    }
    return result
  } finally {
    await progress.end()
  }
}

function endedBy(error: CliError, result: Forgotten, chosen: readonly Chosen[], index: number): Forgotten {
  const done = result.forgotten.length
  if (error instanceof InterruptedError)
    throw new InterruptedError(`${done} of ${chosen.length} servers are forgotten, the others are untouched`)
  if (index === 0) throw error
  return { ...result, untried: { servers: chosen.slice(index), error } }
}

/** Null when it is gone, whoever did it. */
async function forgetOne(client: Client, { id }: Chosen): Promise<CliError | null> {
  try {
    await client.send({ method: 'DELETE', path: paths.server(id) })
    return null
  } catch (error) {
    if (!(error instanceof CliError)) throw error
    return error instanceof ProblemAnswer && (error.status === 404 || error.status === 410) ? null : error
  }
}

function endsTheWhole(error: CliError): boolean {
  if (error instanceof InterruptedError || error.exitCode === EXIT.notAuthorised) return true
  return !(error instanceof ProblemAnswer) && error.exitCode === EXIT.unreachable
}
