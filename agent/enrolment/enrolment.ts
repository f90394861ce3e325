// One request that makes this host known to a collector. Never part of the resident agent: only a person, an installer or
// the unit's start calls it, and only while there is no credential.
import type { Enrollment } from '../../shared/protocol/enrollment.ts'
import { paths } from '../../shared/protocol/paths.ts'
import { createHttpPost, type PostTarget } from '../delivery/transport-http.ts'
import { isText } from '../files/json.ts'
import { problemText, recordIn } from '../delivery/reply.ts'
import { reasonOf } from '../delivery/transport.ts'

export type EnrolmentResult =
  | { kind: 'enrolled'; serverId: string; lifecycle: string }
  | { kind: 'rejected'; problem: string }
  | { kind: 'failed'; problem: string }
  | { kind: 'unreachable'; problem: string }

/** `joinKey`: `ovdj_ID_SECRET`. Never throws. */
export async function requestEnrolment(
  target: PostTarget,
  joinKey: string,
  enrollment: Enrollment,
): Promise<EnrolmentResult> {
  const http = createHttpPost(target)
  try {
    const headers = { authorization: `Bearer ${joinKey}`, 'content-type': 'application/json' }
    const { status, text } = await http.post({ path: paths.enroll(), headers, body: JSON.stringify(enrollment) })
    return toResult(status, text)
  } catch (error) {
    return { kind: 'unreachable', problem: `no answer: ${reasonOf(error)}` }
  } finally {
    await http.close()
  }
}

function toResult(status: number, text: string): EnrolmentResult {
  const body = recordIn(text)
  if (status >= 200 && status < 300) {
    const { serverId, lifecycle } = body ?? {}
    if (isText(serverId)) return { kind: 'enrolled', serverId, lifecycle: isText(lifecycle) ? lifecycle : 'active' }
    return { kind: 'unreachable', problem: `answered ${status} with something else` }
  }
  const problem = problemText(status, body)
  if (status === 401 || status === 403 || status === 410) return { kind: 'rejected', problem }
  return { kind: status >= 500 || status === 429 ? 'unreachable' : 'failed', problem }
}
