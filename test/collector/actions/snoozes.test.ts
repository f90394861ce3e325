// A snooze over HTTP, and everything that ends it.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DEFAULT_POLICY } from '../../../shared/judgement/policy.ts'
import { toPolicyTable } from '../../../shared/judgement/policy-table.ts'
import { paths } from '../../../shared/protocol/paths.ts'
import type { Problem } from '../../../shared/protocol/problems.ts'
import { observed } from '../../../shared/sections/section.ts'
import { ActingCollector, DAY_MS, HOUR_MS, listener } from './acting-collector.ts'

let collector: ActingCollector
beforeEach(() => {
  collector = new ActingCollector()
})
afterEach(() => collector.close())

type Made = { items: { id: string; until: string; covers: string[] }[]; skipped: { name: string }[]; total: number }
const snooze = (body: object) => collector.send(paths.snoozes(), { reason: 'with the deploy', for: '3d', ...body })
const counts = () => collector.ctx.projection.counts()

describe('POST /api/v1/snoozes', () => {
  it('takes a server out of those that need a person, and hides nothing of it', async () => {
    const { id } = await collector.needy('web-1', [listener()])
    expect(counts()).toMatchObject({ promoted: 1, reasons: { exposed: 1 }, snoozed: 0 })

    const answer = await snooze({ query: 'name:web-1' })

    expect(answer.json<Made>()).toMatchObject({ total: 1, skipped: [], items: [{ id, covers: ['exposed', 'stale'] }] })
    expect(await collector.document(id)).toMatchObject({
      state: 'restart-required',
      promoted: false,
      reasons: ['exposed'],
      snoozed: { until: '2026-11-25T12:00:00.000Z', reason: 'with the deploy', by: 'operator' },
    })
    expect(counts()).toMatchObject({ promoted: 0, reasons: { exposed: 0 }, snoozed: 1 })
    expect(counts().state['restart-required']).toBe(1)
  })

  it('leads from each count to its list', async () => {
    await collector.needy('web-1', [listener()])
    await collector.needy('web-2', [listener()])
    await snooze({ query: 'name:web-1' })
    const total = async (q: string) =>
      (await collector.get(`${paths.servers()}?q=${q}`, collector.operator)).json<{ total: number }>().total

    expect(await total('reason:*')).toBe(counts().promoted)
    expect(await total('snoozed:yes')).toBe(counts().snoozed)
    expect(await total('snoozed:no')).toBe(1)
  })

  it('skips who needs nobody, and says so', async () => {
    const fine = await collector.enroll('fine')
    await collector.say(fine)
    const { id } = await collector.needy('web-1')

    const made = (await snooze({ query: 'web,fine' })).json<Made>()

    expect([made.items.map((one) => one.id), made.skipped.map(({ name }) => name)]).toEqual([[id], ['fine']])
  })

  it('is told in the history and the audit with who did it', async () => {
    const { id } = await collector.needy('web-1')

    await snooze({ servers: [id] })

    expect(collector.newestEvent(id)).toMatchObject({
      type: 'snoozed',
      data: { by: 'operator', actor: 'token:anna', reason: 'with the deploy', until: '2026-11-25T12:00:00.000Z' },
    })
    expect(collector.ctx.store.audit(1)).toMatchObject([
      { action: 'server.snooze', actor: 'token:anna', subject: id, detail: { reason: 'with the deploy' } },
    ])
  })

  it.each([
    [{ query: 'web', for: 'soon' }, 422, '#/for'],
    [{ query: 'web', until: '2026-12-24T08:00:00Z' }, 422, '#/until'],
    [{ query: 'web', for: '91d' }, 422, '#/for'],
    [{ query: 'web', for: undefined, until: '2026-11-01T00:00:00Z' }, 422, '#/until'],
    [{ query: 'web', for: undefined, until: '24 December' }, 422, '#/until'],
    [{ query: 'web', reason: '' }, 422, '#/reason'],
    [{ query: 'web', reason: '  ' }, 422, '#/reason'],
    [{ query: 'stat:ok' }, 400, '#/query'],
    [{}, 422, '#/query'],
    [{ query: 'web', servers: ['s1'] }, 422, '#/query'],
    [{ servers: ['snobody'] }, 404, undefined],
  ])('refuses %j by its field', async (body, status, pointer) => {
    const answer = await snooze(body)

    expect([answer.statusCode, answer.json<Problem>().errors?.[0]?.pointer]).toEqual([status, pointer])
  })
})

describe('a snooze', () => {
  it('ends with its time', async () => {
    const server = await collector.needy('web-1', [listener()])
    await snooze({ servers: [server.id], for: '2h' })

    await collector.pass(2 * HOUR_MS - 1_000, [server])
    expect(counts()).toMatchObject({ promoted: 0, snoozed: 1 })
    await collector.pass(1_000, [server])

    expect(counts()).toMatchObject({ promoted: 1, snoozed: 0 })
    expect(collector.newestEvent(server.id)).toMatchObject({ type: 'snooze-ended', data: { because: 'expired' } })
  })

  it('ends with its time where nothing else about the server changes', async () => {
    const server = await collector.needy('web-1')
    await snooze({ servers: [server.id], for: '1m' })

    await collector.pass(60_000)

    expect((await collector.document(server.id)).snoozed).toBeNull()
  })

  it('ends when the server becomes exposed, and not when it was already', async () => {
    const hidden = await collector.needy('hidden', [listener({ verdict: 'filtered', reason: 'policy-drop' })])
    const open = await collector.needy('open', [listener()])
    await snooze({ query: '*' })

    for (const server of [hidden, open]) await collector.listening(server, [listener(), listener({ port: 22 })])

    expect(await collector.document(hidden.id)).toMatchObject({ promoted: true, reasons: ['exposed'], snoozed: null })
    expect(collector.events(hidden.id).slice(-2)).toEqual(['exposed', 'snooze-ended'])
    expect(await collector.document(open.id)).toMatchObject({ promoted: false, reasons: ['exposed'] })
  })

  it('ends when the server falls silent', async () => {
    const { id } = await collector.needy('web-1')
    await snooze({ servers: [id] })

    // In steps that look like a collector that never slept.
    for (let step = 0; step < 250; step++) await collector.pass(4_000)

    expect(await collector.document(id)).toMatchObject({ promoted: true, reasons: ['silent'], snoozed: null })
    expect(collector.newestEvent(id)).toMatchObject({ data: { because: 'silent' } })
  })

  it('covers that the restart it was given for becomes stale', async () => {
    const server = await collector.needy('web-1')
    await snooze({ servers: [server.id], for: '60d' })

    await collector.pass(40 * DAY_MS, [server])

    expect(await collector.document(server.id)).toMatchObject({ promoted: false, reasons: ['stale'] })
  })

  it('ends with the restart it was given for, so that the next need is nobody’s old news', async () => {
    const server = await collector.needy('web-1', [listener()])
    await snooze({ servers: [server.id] })
    server.report.state.boot = observed({ kernelBootId: 'boot-2', runMarker: '2'.repeat(32), bootedAt: null })
    await collector.say(server)

    expect(await collector.document(server.id)).toMatchObject({ promoted: true, snoozed: null })
    expect(collector.events(server.id).slice(-2)).toEqual(['restarted-still-required', 'snooze-ended'])
  })

  it('ends when the server itself needs a restart, given for a service that runs old code', async () => {
    const policy = { ...toPolicyTable(DEFAULT_POLICY), outdatedServiceCounts: true }
    await collector.app.inject({
      method: 'PUT',
      url: paths.policy(),
      headers: { authorization: `Bearer ${collector.operator}` },
      payload: policy,
    })
    const server = await collector.enroll('web-1')
    const group = { pids: [7], unit: 'nginx.service', command: 'nginx', user: 'root', packages: ['libssl3'], files: [] }
    server.report.state.processes = observed({
      outdated: [{ ...group, remedy: 'restart' }],
      count: 1,
      missing: null,
    })
    await collector.listening(server, [listener()])
    await snooze({ servers: [server.id] })
    expect(await collector.document(server.id)).toMatchObject({ state: 'ok', promoted: false, reasons: ['exposed'] })

    server.report.raiseFlag()
    await collector.say(server)
    expect(await collector.document(server.id)).toMatchObject({ promoted: true, reasons: ['exposed'], snoozed: null })
  })

  it('survives that nobody can tell for a while', async () => {
    const server = await collector.needy('web-1')
    await snooze({ servers: [server.id] })
    server.report.state.sentinel = { outcome: 'failed', reason: 'EIO', value: null }
    await collector.say(server)
    await collector.pass(HOUR_MS, [server])

    expect(await collector.document(server.id)).toMatchObject({ state: 'unknown', snoozed: { by: 'operator' } })
  })

  it('can be ended by hand, once', async () => {
    const { id } = await collector.needy('web-1', [listener()])
    await snooze({ servers: [id] })

    expect((await collector.remove(paths.snooze(id))).json()).toEqual({ id, snoozed: false })
    expect(counts()).toMatchObject({ promoted: 1, snoozed: 0 })
    expect((await collector.remove(paths.snooze(id))).statusCode).toBe(404)
    expect(collector.events(id).slice(-2)).toEqual(['snoozed', 'snooze-ended'])
  })

  it('is listed, and gone with its server', async () => {
    const { id } = await collector.needy('web-1')
    await snooze({ servers: [id] })
    const list = async () => (await collector.get(paths.snoozes(), collector.operator)).json<Made>()
    expect(await list()).toMatchObject({ total: 1, items: [{ id, name: 'web-1' }] })

    await collector.remove(paths.server(id))

    expect(await list()).toMatchObject({ total: 0 })
    expect(counts().snoozed).toBe(0)
  })
})
