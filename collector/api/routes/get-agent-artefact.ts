// GET and HEAD /agent/{artefact}: one file of what a host needs: the bundle, a runtime, the units, SHA256SUMS.
import Type from 'typebox'
import { paths } from '../../../shared/protocol/paths.ts'
import type { Artefacts } from '../../artefacts.ts'
import type { Api } from '../api.ts'
import { overloaded } from '../overloaded.ts'
import { routePattern } from '../route-pattern.ts'
import { sendArtefact } from '../send-artefact.ts'

/** A runtime is 27 MB and nobody has to log in to ask for one: what all of them together may hold up is bounded. */
const DOWNLOADS_MAX = 64

export function getAgentArtefact(app: Api, artefacts: Artefacts): void {
  let underWay = 0
  // The library's own answer to HEAD would read the whole file.
  for (const method of ['GET', 'HEAD'] as const) addRoute(method)

  function addRoute(method: 'GET' | 'HEAD'): void {
    app.route({
      method,
      url: routePattern(paths.agentArtefact, 'artefact'),
      exposeHeadRoute: false,
      schema: {
        summary: 'A file that installs the agent; SHA256SUMS lists them',
        produces: ['application/octet-stream'],
        params: Type.Object({ artefact: Type.String({ examples: ['SHA256SUMS'] }) }),
        response: { 200: Type.String({ examples: [`${'0'.repeat(64)}  overdue-agent.cjs\n`] }) },
      },
      handler: async (request, reply) => {
        if (underWay >= DOWNLOADS_MAX) throw overloaded()
        underWay += 1
        reply.raw.once('close', () => (underWay -= 1))
        return (await sendArtefact(artefacts, request.params.artefact, request, reply)) as string
      },
    })
  }
}
