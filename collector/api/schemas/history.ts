// Lines of history, newest first.
import Type from 'typebox'
import { EVENT_TYPES } from '../../../shared/judgement/transition.ts'
import { closed, oneOf, orNull, time } from './words.ts'

export const historyItem = closed({
  id: Type.Integer(),
  at: time,
  serverId: Type.String(),
  serverName: Type.String(),
  application: orNull(Type.String()),
  type: oneOf(EVENT_TYPES),
  cause: orNull(oneOf(['restarted', 'flag-removed', 'livepatched', 'not-applicable'])),
  data: Type.Record(Type.String(), Type.Unknown()),
})

export const historyList = closed({
  items: Type.Array(historyItem),
  nextCursor: orNull(Type.String()),
  /** Counting 400 days of history for one page of it would cost more than the page. */
  total: Type.Null(),
})
