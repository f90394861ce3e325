// A server that was removed will not answer any more: who waits for it is told at once.
import type { LiveFeed } from '../changes/live-feed.ts'
import type { Projection } from '../changes/projection.ts'
import type { Asks } from './asks.ts'

export function forgetRemoved(asks: Asks, live: LiveFeed, projection: Pick<Projection, 'get'>): void {
  live.subscribe(({ serverId }) => {
    if (asks.size > 0 && projection.get(serverId)?.lifecycle === 'removed') asks.forget(serverId)
  })
}
