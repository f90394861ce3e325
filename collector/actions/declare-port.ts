// What an operator knows of a port that its host cannot see, said at the collector: until a day, with a reason, for all
// to see. It never changes what the host reported, only the verdict beside it.
import {
  declarationKey,
  foundIn,
  PORT_DECLARATIONS_MAX,
  type PortDeclaration,
} from '../../shared/judgement/port-declarations.ts'
import { declarationEnded } from '../ingest/operators-say.ts'
import type { ServerRecord } from '../store/records.ts'
import { changeServer, operatorEvent, type ActionContext, type Operator } from './change-server.ts'

export const DECLARATION_REASON_LENGTH_MAX = 200

export type PortWish = Pick<PortDeclaration, 'protocol' | 'port' | 'family' | 'verdict' | 'reason' | 'until'>

/** Null: there is no such server, or it holds as many as it may. One for the same port is replaced. */
export function declarePort(
  ctx: ActionContext,
  id: string,
  wish: PortWish,
  by: Operator,
): Promise<ServerRecord | null> {
  return changeServer(ctx, id, by, (record, tx) => {
    if (record.lifecycle === 'removed') return null
    const others = withoutKey(record.declarations ?? [], declarationKey(wish))
    if (others.length >= PORT_DECLARATIONS_MAX) return null
    const rows = tx.storedValue(id, 'listeners') ?? []
    const declaration = foundIn({ ...wish, by: by.name, at: by.at, found: [] }, rows)
    const { protocol, family, port, verdict, reason } = wish
    const told = { protocol, family, port, verdict, until: new Date(wish.until).toISOString(), reason }
    return {
      record: { ...record, declarations: [...others, declaration] },
      event: operatorEvent('port-declared', by, told),
      action: 'server.declare-port',
      detail: told,
    }
  })
}

/** `key`: as `declarationKey` gives it. Null: nothing is declared by that name. */
export function withdrawPort(ctx: ActionContext, id: string, key: string, by: Operator): Promise<ServerRecord | null> {
  return changeServer(ctx, id, by, (record) => {
    const all = record.declarations ?? []
    const gone = all.find((one) => declarationKey(one) === key)
    if (gone === undefined) return null
    return {
      record: { ...record, declarations: withoutKey(all, key) },
      event: declarationEnded(gone, 'operator', by.actor),
      action: 'server.withdraw-port',
      detail: { port: key },
    }
  })
}

function withoutKey(declarations: readonly PortDeclaration[], key: string): PortDeclaration[] {
  return declarations.filter((one) => declarationKey(one) !== key)
}
