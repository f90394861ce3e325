// "Not since you last asked": lists carry a tag, and a reader who brings it back unchanged gets 304 and no body.
// The tag is weak and has a minute in it: texts hold durations ("for 9 d 4 h"), `older:14d` begins to hold, and contacts
// are no changes. A reader who polls sees all of these a minute late at most.
import type { preHandlerHookHandler } from 'fastify'
import type { CollectorContext } from '../context.ts'
import { COLLECTOR_VERSION } from '../version.ts'

const MINUTE_MS = 60_000

const hooks = new WeakSet<object>()

/** For routes whose answer follows from the store and the minute alone. */
export function answerUnchanged(ctx: CollectorContext): preHandlerHookHandler {
  const hook: preHandlerHookHandler = (request, reply, done) => {
    const tag = currentTag(ctx)
    // May be kept by the reader itself, and has to be asked for again each time.
    void reply.headers({ etag: tag, 'cache-control': 'private, no-cache' })
    if (!isNamed(tag, request.headers['if-none-match'])) return done()
    void reply.code(304).send()
  }
  hooks.add(hook)
  return hook
}

/** For the description of the interface. */
export function isUnchangedHook(hook: unknown): boolean {
  return typeof hook === 'function' && hooks.has(hook)
}

/** Another epoch is another store, another version may answer the same facts with other words. */
export function currentTag({ store, clock }: Pick<CollectorContext, 'store' | 'clock'>): string {
  const minute = Math.floor(clock.now() / MINUTE_MS)
  return `W/"r${store.lastChangeId()}-${minute}-${store.epoch.slice(0, 8)}-${COLLECTOR_VERSION}"`
}

/** RFC 9110 13.1.2, weak comparison: "*" or a list of tags. */
function isNamed(tag: string, header: string | undefined): boolean {
  if (header === undefined) return false
  const named = header.split(',').map((one) => one.trim())
  return named.includes('*') || named.includes(tag) || named.includes(tag.slice(2))
}
