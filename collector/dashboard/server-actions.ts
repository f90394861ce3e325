// What the forms of a server's page do: by the same functions as HTTP and command line.
import type { FastifyRequest } from 'fastify'
import { approveServer } from '../actions/approve-server.ts'
import type { Operator } from '../actions/change-server.ts'
import { declarePort, withdrawPort } from '../actions/declare-port.ts'
import { endSnooze, snoozeServer } from '../actions/snooze-servers.ts'
import { operatorOf } from '../api/actor.ts'
import type { CollectorContext } from '../context.ts'
import { removeServer } from '../ingest/remove-server.ts'
import { splitDeclarationId } from '../views/operators-view.ts'
import { formOf } from './forms.ts'
import { readPort, readSnooze } from './server-draft.ts'

type Act = (ctx: CollectorContext, id: string, form: URLSearchParams, by: Operator) => Promise<string | null>

/** Null: done, or there was nothing to do (any more). Otherwise what is wrong, as a sentence. */
export async function actOn(ctx: CollectorContext, request: FastifyRequest, id: string): Promise<string | null> {
  const form = formOf(request)
  const action = form.get('action') ?? ''
  const act = Object.hasOwn(ACTIONS, action) ? ACTIONS[action] : undefined
  return act === undefined ? null : await act(ctx, id, form, operatorOf(ctx, request))
}

const ACTIONS: Readonly<Record<string, Act>> = {
  forget: async (ctx, id, form, by) => {
    const { at, actor, from } = by
    if (form.get('sure') !== 'yes') return null
    await ctx.store.transact((tx) => removeServer(tx, id, { at, actor, from, cause: 'operator' }))
    return null
  },
  approve: async (ctx, id, _form, by) => {
    await approveServer(ctx, id, by)
    return null
  },
  snooze: async (ctx, id, form, by) => {
    const wish = readSnooze(form, by.at)
    if ('problem' in wish) return wish.problem
    const done = await snoozeServer(ctx, id, wish, by)
    return done === null ? 'There is nothing to snooze: this server needs nobody now.' : null
  },
  'end-snooze': async (ctx, id, _form, by) => {
    await endSnooze(ctx, id, by)
    return null
  },
  'declare-port': async (ctx, id, form, by) => {
    const wish = readPort(form, by.at)
    if ('problem' in wish) return wish.problem
    const done = await declarePort(ctx, id, wish, by)
    return done === null ? 'Too many ports of this server are declared: take one back first.' : null
  },
  'withdraw-port': async (ctx, id, form, by) => {
    await withdrawPort(ctx, id, splitDeclarationId(form.get('port') ?? '').port, by)
    return null
  },
}
