// What operators and their hooks send: bodies with a good token.
import { paths } from '../../../shared/protocol/paths.ts'
import { FuzzedCollector, requireProblem, type FuzzRequest } from './fuzzed-collector.ts'
import { jsonBody } from './json-body.ts'
import { queryText } from './query-text.ts'
import type { Random } from './random.ts'
import type { Surface } from './surface.ts'

/** One token may ask for 60 refreshes at once. */
const INPUTS_PER_TOKEN = 50

export const refreshSurface: Surface = {
  name: 'refresh',
  async open() {
    const fuzzed = await FuzzedCollector.open()
    let token = ''
    let fed = 0
    return {
      input: (random) => refreshRequest(random),
      async feed(input) {
        if (fed++ % INPUTS_PER_TOKEN === 0) token = fuzzed.collector.createToken('operator')
        const request = input as FuzzRequest
        const headers = { ...request.headers, authorization: `Bearer ${token}` }
        const { status, body } = await fuzzed.send({ ...request, headers })
        if (status >= 400) requireProblem(status, body)
        return String(status)
      },
      check: () => fuzzed.check(),
      close: () => fuzzed.close(),
    }
  },
}

function refreshRequest(random: Random): FuzzRequest {
  const query = random.chance(0.6) ? random.pick(['*', 'bystander-1', 'nobody']) : queryText(random)
  // The next heartbeat of the servers here is due after any wait: nobody waits for them.
  const value = { query, wait: random.pick(['0s', '1s', '30s']), scan: random.chance(0.5) }
  const { body, headers } = jsonBody(value, random)
  const accept: Record<string, string> = random.chance(0.2) ? { accept: 'application/x-ndjson' } : {}
  return { method: 'POST', url: paths.refresh(), headers: { ...headers, ...accept }, body }
}
