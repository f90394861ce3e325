// Does the collector accept the credential? Asked with an empty report: the collector looks at who asks before it looks
// at what is said, and refuses the empty one without any trace. A real report of a second process would look like a
// copied machine's.
import { paths } from '../../shared/protocol/paths.ts'
import type { Keyring } from '../enrolment/keyring.ts'
import { isText } from '../files/json.ts'
import { recordIn } from '../delivery/reply.ts'
import { type Answer, createHttpPost, type PostTarget } from '../delivery/transport-http.ts'
import { reasonOf } from '../delivery/transport.ts'
import { TROUBLES } from './doctor-delivery.ts'
import { fail, type Finding, ok, warn } from './doctor-finding.ts'

const NAME = 'accepted'

/**
 * With each secret of this host in turn, as a report would: while they change, the collector may know another than the one
 * in `credential`. Call it when the way to the collector was found good: secrets go over it.
 */
export async function checkAccepted(
  target: PostTarget,
  keyring: Pick<Keyring, 'line' | 'tryAnother'>,
): Promise<Finding> {
  const post = createHttpPost(target)
  try {
    for (;;) {
      const headers = { authorization: `Bearer ${keyring.line}`, 'content-type': 'application/json' }
      const answer = await post.post({ path: paths.report(), headers, body: '{}' })
      if (kindOf(answer) !== 'unauthenticated' || !keyring.tryAnother()) return findingOf(answer)
    }
  } catch (error) {
    return cannotTell(reasonOf(error))
  } finally {
    await post.close()
  }
}

function kindOf({ text }: Answer): unknown {
  return recordIn(text)?.['kind']
}

/** Only the collector's own words count: a proxy has its own 400 and 401. */
function findingOf(answer: Answer): Finding {
  const kind = kindOf(answer)
  if (kind === 'invalid-body') return ok(NAME, 'the collector accepts the credential')
  if (kind === 'unauthenticated') return fail(NAME, TROUBLES.unauthorized.says, TROUBLES.unauthorized.fix)
  if (kind === 'credential-revoked') return fail(NAME, TROUBLES.revoked.says, TROUBLES.revoked.fix)
  return cannotTell(`the answer was ${answer.status}${isText(kind) ? ` ${kind}` : ''}`)
}

function cannotTell(why: string): Finding {
  return warn(NAME, `whether the credential is accepted is not known: ${why}`, 'see "delivery" for what was told last')
}
