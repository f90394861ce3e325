// What operators declare of ports: the verdict beside what the host reported, and how it ends.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openSqliteStore } from '../../../collector/store/sqlite-store.ts'
import { paths } from '../../../shared/protocol/paths.ts'
import type { Problem } from '../../../shared/protocol/problems.ts'
import { ActingCollector, DAY_MS, listener } from './acting-collector.ts'

let collector: ActingCollector
beforeEach(() => {
  collector = new ActingCollector()
})
afterEach(() => collector.close())

const FILTERED = { verdict: 'filtered', reason: 'policy-drop' } as const
const wish = { protocol: 'tcp', port: 443, verdict: 'filtered', reason: 'a balancer stands before it', for: '30d' }
const declare = (server: string, change: object = {}) =>
  collector.send(paths.portDeclarations(), { server, ...wish, ...change })

describe('a declared port', () => {
  it('changes the verdict of server and row, and leaves what the host said beside it', async () => {
    const { id } = await collector.needy('web-1', [listener()])
    expect(await collector.document(id)).toMatchObject({ exposure: 'exposed', promoted: true })

    const answer = await declare(id)

    expect(answer.json()).toMatchObject({ id: `${id}.tcp-443`, isListening: true, by: 'operator' })
    const document = await collector.document(id)
    expect(document).toMatchObject({ exposure: 'filtered', promoted: false, reasons: [], openPorts: [] })
    expect(document.listeners).toMatchObject([
      {
        verdict: 'filtered',
        reason: 'declared-by-operator',
        declared: { by: 'operator', judged: 'exposed', why: wish.reason, expires: '2026-12-22T12:00:00.000Z' },
      },
    ])
    expect(collector.ctx.projection.get(id)?.sections.listeners?.value).toMatchObject({ exposure: 'exposed' })
  })

  it('makes a server exposed, with the port in its sentence, its history and its search', async () => {
    const { id } = await collector.needy('web-1', [listener(FILTERED)])

    await declare(id, { verdict: 'exposed', reason: 'the balancer passes it on' })

    const document = await collector.document(id)
    expect(document).toMatchObject({ exposure: 'exposed', reasons: ['exposed'], openPorts: [{ port: 443 }] })
    expect(document.headline).toContain('tcp 443 is open to anywhere')
    expect(collector.events(id).slice(-2)).toEqual(['port-declared', 'exposed'])
    expect(collector.newestEvent(id)?.data).toMatchObject({ protocol: 'tcp', port: 443, unit: 'nginx.service' })
    const found = await collector.get(`${paths.servers()}?q=port:443`, collector.operator)
    expect(found.json()).toMatchObject({ total: 1 })
  })

  it('says nothing of a port that nobody holds, until somebody does', async () => {
    const server = await collector.needy('web-1', [listener({ ...FILTERED, port: 22 })])
    const answer = await declare(server.id, { verdict: 'exposed' })
    expect(answer.json()).toMatchObject({ isListening: false })
    expect((await collector.document(server.id)).exposure).toBe('filtered')

    await collector.listening(server, [listener(FILTERED)])

    expect((await collector.document(server.id)).exposure).toBe('exposed')
  })

  it('speaks for one family alone where that is said, before one for both', async () => {
    const both = [listener(), listener({ family: 6, address: '::' })]
    const { id } = await collector.needy('web-1', both)
    await declare(id)

    await declare(id, { family: 6, verdict: 'exposed' })

    const document = await collector.document(id)
    expect(document.openPorts).toMatchObject([{ family: 6, verdict: 'exposed' }])
    expect(document.portDeclarations.map((one) => one.id)).toEqual([`${id}.tcp-443`, `${id}.tcp6-443`])
  })

  it('ends with its time, and the host’s own verdict stands again', async () => {
    const server = await collector.needy('web-1', [listener()])
    await declare(server.id)

    await collector.pass(30 * DAY_MS, [server])

    const document = await collector.document(server.id)
    expect(document).toMatchObject({ exposure: 'exposed', portDeclarations: [] })
    expect(document.listeners).toMatchObject([{ verdict: 'exposed', declared: null }])
    expect(collector.events(server.id)).toEqual(
      expect.arrayContaining(['no-longer-exposed', 'port-declaration-ended', 'exposed']),
    )
  })

  it('is replaced by another word about the same port, and taken back', async () => {
    const { id } = await collector.needy('web-1', [listener()])
    await declare(id)
    await declare(id, { reason: 'another reason' })
    expect((await collector.document(id)).portDeclarations).toMatchObject([{ reason: 'another reason' }])

    expect((await collector.remove(paths.portDeclaration(`${id}.tcp-443`))).statusCode).toBe(200)

    expect(await collector.document(id)).toMatchObject({ exposure: 'exposed', portDeclarations: [] })
    expect((await collector.remove(paths.portDeclaration(`${id}.tcp-443`))).statusCode).toBe(404)
    expect(collector.ctx.store.audit(3).map(({ action }) => action)).toEqual([
      'server.withdraw-port',
      'server.declare-port',
      'server.declare-port',
    ])
  })

  it('is read again from the disk, and so is that it was taken back', async () => {
    const { id } = await collector.needy('web-1', [listener()])
    const stored = () => {
      const store = openSqliteStore({ directory: collector.ctx.config.dataDir, clock: collector.clock, mode: 'admin' })
      const record = [...store.loadServers()].find((one) => one.id === id)
      store.close()
      return record?.declarations?.length ?? 0
    }
    await declare(id)
    expect(stored()).toBe(1)

    await collector.remove(paths.portDeclaration(`${id}.tcp-443`))

    expect(stored()).toBe(0)
  })

  it.each([
    [{ port: 0 }, '#/port'],
    [{ protocol: 'icmp' }, '#/protocol'],
    [{ verdict: 'unknown' }, '#/verdict'],
    [{ family: 5 }, '#/family'],
    [{ reason: ' ' }, '#/reason'],
    [{ for: '2y' }, '#/for'],
    [{ for: '400d' }, '#/for'],
  ])('is refused for %j by its field', async (change, pointer) => {
    const { id } = await collector.needy('web-1')

    const answer = await declare(id, change)

    expect([answer.statusCode, answer.json<Problem>().errors?.[0]?.pointer]).toEqual([422, pointer])
  })
})
