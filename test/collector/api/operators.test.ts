// What operators and admins do over HTTP, and that all of it can be read in the audit.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { paths } from '../../../shared/protocol/paths.ts'
import type { Problem } from '../../../shared/protocol/problems.ts'
import { parseSecret } from '../../../shared/secret.ts'
import { TestCollector } from '../../support/test-collector.ts'

let collector: TestCollector
let admin: string
beforeEach(() => {
  collector = new TestCollector()
  admin = collector.createToken('admin', { id: 'boss' })
})
afterEach(() => collector.close())

const remove = (url: string, credential = admin) =>
  collector.app.inject({ method: 'DELETE', url, headers: { authorization: `Bearer ${credential}` } })
const lastAudit = () => collector.ctx.store.audit(1)[0]

describe('DELETE /api/v1/servers/{id}', () => {
  it('takes the server out of lists and counts, keeps its history, and tells its agent 410', async () => {
    const server = await collector.enroll('web-1')
    server.report.raiseFlag()
    await collector.post(paths.report(), server.credential, server.report.whole())

    const answer = await remove(paths.server(server.id))

    expect(answer.json()).toEqual({ id: server.id, lifecycle: 'removed' })
    const list = await collector.get(paths.servers(), admin)
    expect(list.json()).toMatchObject({ items: [], total: 0 })
    const report = await collector.post(paths.report(), server.credential, server.report.whole())
    expect([report.statusCode, report.json<Problem>().kind]).toEqual([410, 'credential-revoked'])
    const history = await collector.get(`${paths.history()}?server=${server.id}`, admin)
    expect(history.json<{ items: { type: string }[] }>().items.map(({ type }) => type)).toEqual([
      'removed',
      'restart-required',
      'registered',
    ])
    expect(lastAudit()).toMatchObject({
      actor: 'token:boss',
      action: 'server.remove',
      subject: server.id,
      detail: { name: 'web-1', cause: 'operator', from: '127.0.0.1' },
    })
  })

  it('is no error and no news the second time, and 404 for what never was', async () => {
    const server = await collector.enroll('web-1')
    await remove(paths.server(server.id))
    const before = lastAudit()

    expect((await remove(paths.server(server.id))).statusCode).toBe(200)
    expect(lastAudit()).toEqual(before)
    expect((await remove(paths.server('snobody'))).statusCode).toBe(404)
  })

  it('lets go of everything large', async () => {
    const server = await collector.enroll('web-1')
    await collector.post(paths.report(), server.credential, server.report.whole())
    expect(collector.ctx.store.storedValue(server.id, 'packages')).not.toBeNull()

    await remove(paths.server(server.id))

    expect(collector.ctx.store.storedValue(server.id, 'packages')).toBeNull()
    expect((await collector.get(paths.server(server.id), admin)).json()).toMatchObject({ lifecycle: 'removed' })
  })
})

describe('/api/v1/tokens', () => {
  it('makes one that works, shows its secret once, and revokes it', async () => {
    const made = await collector.post(paths.tokens(), admin, { role: 'reader', name: 'wall screen', ttl: '7d' })
    const { id, token } = made.json<{ id: string; token: string }>()

    expect((await collector.get(paths.summary(), token)).statusCode).toBe(200)
    const list = await collector.get(paths.tokens(), admin)
    expect(list.body).not.toContain(parseSecret(token)?.secret)
    expect(list.json<{ items: object[] }>().items.at(-1)).toMatchObject({ id, name: 'wall screen', state: 'valid' })

    expect((await remove(paths.token(id))).json()).toEqual({ id, revoked: true })
    expect((await collector.get(paths.summary(), token)).statusCode).toBe(401)
    expect((await remove(paths.token(id))).statusCode).toBe(404)
    expect(lastAudit()).toMatchObject({ action: 'token.revoke', actor: 'token:boss', subject: id })
  })

  it.each([
    [{ role: 'root' }, '#/role'],
    [{ role: 'reader', ttl: 'soon' }, '#/ttl'],
    [{ role: 'reader', ttl: '99999d' }, '#/ttl'],
    [{}, '#/role'],
  ])('refuses %j by its field', async (body, pointer) => {
    const answer = await collector.post(paths.tokens(), admin, body)

    expect(answer.statusCode).toBe(422)
    expect(answer.json<Problem>().errors?.map((one) => one.pointer)).toEqual([pointer])
  })
})

describe('/api/v1/join-keys', () => {
  it('makes one that enrols within its limits, and revokes it', async () => {
    const wish = {
      uses: 2,
      ttl: '1h',
      application: 'shop',
      approve: 'pending',
      ephemeral: true,
      cidrs: ['127.0.0.0/8'],
    }
    const made = await collector.post(paths.joinKeys(), admin, wish)
    const { id, joinKey } = made.json<{ id: string; joinKey: string }>()
    const server = await collector.enroll('web-1', joinKey)

    expect(collector.ctx.projection.get(server.id)).toMatchObject({
      lifecycle: 'pending-approval',
      ephemeral: true,
      joinKeyApplication: 'shop',
    })
    const list = await collector.get(paths.joinKeys(), admin)
    expect(list.body).not.toContain(parseSecret(joinKey)?.secret)
    expect(list.json()).toMatchObject({ total: 1, items: [{ id, state: 'usable', uses: 1, usesMax: 2 }] })
    await remove(paths.joinKey(id))
    await expect(collector.enroll('web-2', joinKey)).rejects.toThrow(/401/)
  })

  it.each([
    [{ uses: 0 }, '#/uses'],
    [{ cidrs: ['10.0.0.0/8', 'everywhere'] }, '#/cidrs/1'],
    [{ ttl: '400d' }, '#/ttl'],
    [{ approve: 'maybe' }, '#/approve'],
  ])('refuses %j by its field', async (body, pointer) => {
    const answer = await collector.post(paths.joinKeys(), admin, body)

    expect(answer.statusCode).toBe(422)
    expect(answer.json<Problem>().errors?.map((one) => one.pointer)).toEqual([pointer])
  })
})

describe('GET /api/v1/audit', () => {
  it('pages through all of it, newest first', async () => {
    for (let i = 0; i < 5; i++) collector.createToken('reader', { id: `t${i}` })
    const subjects: string[] = []
    for (let cursor: string | null = ''; cursor !== null;) {
      const answer = await collector.get(`${paths.audit()}?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`, admin)
      const page = answer.json<{ items: { subject: string }[]; nextCursor: string | null }>()
      subjects.push(...page.items.map(({ subject }) => subject))
      cursor = page.nextCursor
    }

    expect(subjects).toEqual(['t4', 't3', 't2', 't1', 't0', 'boss', 'policy'])
  })

  it('refuses a cursor that is none', async () => {
    expect((await collector.get(`${paths.audit()}?cursor=x`, admin)).statusCode).toBe(400)
  })
})
