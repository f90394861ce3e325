// Does the collector accept the credential? Asked with an empty report: the collector looks at who asks before it looks
// at what is said, and refuses the empty one without any trace. A real report of a second process would look like a
// copied machine's.
import { paths } from '../../shared/protocol/paths.ts'
import { isText } from '../files/json.ts'
import { recordIn } from '../delivery/reply.ts'
import { type Answer, createHttpPost, type PostTarget } from '../delivery/transport-http.ts'
import { reasonOf } from '../delivery/transport.ts'
import { TROUBLES } from './doctor-delivery.ts'
import { fail, type Finding, ok, warn } from './doctor-finding.ts'

const NAME = 'accepted'

/** `credential`: the line in the file. Call it when the way to the collector was found good: a secret goes over it. */
export async function checkAccepted(target: PostTarget, credential: string): Promise<Finding> {
  const headers = { authorization: `Bearer ${credential}`, 'content-type': 'application/json' }
  const post = createHttpPost(target)
  try {
    return findingOf(await post.post({ path: paths.report(), headers, body: '{}' }))
  } catch (error) {
    return cannotTell(reasonOf(error))
  } finally {
    await post.close()
  }
}

/** Only the collector's own words count: a proxy has its own 400 and 401. */
function findingOf({ status, text }: Answer): Finding {
  const kind = recordIn(text)?.['kind']
  if (kind === 'invalid-body') return ok(NAME, 'the collector accepts the credential')
  if (kind === 'unauthenticated') return fail(NAME, TROUBLES.unauthorized.says, TROUBLES.unauthorized.fix)
  if (kind === 'credential-revoked') return fail(NAME, TROUBLES.revoked.says, TROUBLES.revoked.fix)
  return cannotTell(`the answer was ${status}${isText(kind) ? ` ${kind}` : ''}`)
}

function cannotTell(why: string): Finding {
  return warn(NAME, `whether the credential is accepted is not known: ${why}`, 'see "delivery" for what was told last')
}
