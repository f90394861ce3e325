// Parked polls, told of what ends them: commits and asks.
import type { Clock } from '../../shared/clock.ts'
import type { Store } from '../store/store.ts'
import { ParkedPolls } from './parked-polls.ts'

type Asks = { onAsk(listener: (serverId: string) => void): void }

/** To be called after the projection was made: a poll that ends reads the record from there. */
export function createParkedPolls(from: { clock: Clock; store: Pick<Store, 'onCommit'>; asks: Asks }): ParkedPolls {
  const polls = new ParkedPolls(from.clock)
  from.store.onCommit((committed) => {
    for (const { record } of committed) polls.follow(record)
  })
  from.asks.onAsk((serverId) => polls.end(serverId, 'ask'))
  return polls
}
