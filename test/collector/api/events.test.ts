import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { paths } from '../../../shared/protocol/paths.ts'
import { SseReader } from '../../support/sse-reader.ts'
import { TestCollector, type TestServer } from '../../support/test-collector.ts'

let collector: TestCollector
let url: string
let token: string
const readers: SseReader[] = []

beforeEach(async () => {
  collector = new TestCollector()
  url = await collector.listen()
  token = collector.createToken('reader', { id: 'reader' })
})
afterEach(async () => {
  for (const reader of readers.splice(0)) reader.close()
  await collector.close()
})

async function open(headers: Record<string, string> = {}): Promise<SseReader> {
  const reader = await SseReader.open(`${url}${paths.events()}`, { authorization: `Bearer ${token}`, ...headers })
  readers.push(reader)
  return reader
}

const send = (server: TestServer) => collector.post(paths.report(), server.credential, server.report.whole())
const lastChangeId = () => String(collector.ctx.store.lastChangeId())

describe('the event stream', () => {
  it('opens with the headers that keep it a stream, and how long to wait before coming back', async () => {
    const reader = await open()

    expect(reader.status).toBe(200)
    expect(reader.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    })
    expect(await reader.next()).toMatchObject({ retry: '5000' })
  })

  it('brings a change with its history before the answer to the report is read', async () => {
    const server = await collector.enroll('web-1')
    await send(server)
    const reader = await open()
    server.report.raiseFlag(['libssl3'])

    await send(server)

    expect(await reader.nextOf('history')).toMatchObject({
      id: null,
      data: { type: 'restart-required', serverId: server.id, serverName: 'web-1' },
    })
    expect(await reader.next()).toMatchObject({
      event: 'server.changed',
      id: lastChangeId(),
      data: { id: server.id, state: 'restart-required', packages: ['libssl3'], headline: expect.any(String) },
    })
  })

  it('sends each line of history once, also when one commit brings several', async () => {
    const reader = await open()
    const joinKey = collector.createJoinKey()

    await Promise.all(['a', 'b', 'c'].map((name) => collector.enroll(name, joinKey)))

    const names: unknown[] = []
    for (let count = 0; count < 3; count++) names.push((await reader.nextOf('history'))?.data)
    await collector.enroll('d', joinKey)
    names.push((await reader.nextOf('history'))?.data)
    expect(names.map((data) => (data as { serverName: string }).serverName).toSorted()).toEqual(['a', 'b', 'c', 'd'])
  })

  it('says nothing about heartbeats', async () => {
    const server = await collector.enroll('web-1')
    await send(server)
    const reader = await open()

    await collector.post(paths.report(), server.credential, server.report.heartbeat())
    const other = await collector.enroll('web-2')

    expect((await reader.nextOf('server.changed'))?.data).toMatchObject({ id: other.id })
  })
})

describe('a reader that comes back', () => {
  it('gets the current document of each server that changed meanwhile, once, in order', async () => {
    const [one, two] = [await collector.enroll('one'), await collector.enroll('two')]
    await send(one)
    await send(two)
    const seen = lastChangeId()
    one.report.raiseFlag(['first'])
    await send(one)
    two.report.raiseFlag()
    await send(two)
    one.report.raiseFlag(['second'])
    await send(one)

    const reader = await open({ 'last-event-id': seen })
    await reader.next()

    expect(await reader.next()).toMatchObject({ event: 'server.changed', data: { id: two.id } })
    expect(await reader.next()).toMatchObject({ id: lastChangeId(), data: { id: one.id, packages: ['second'] } })
  })

  it('gets nothing again that it has', async () => {
    await send(await collector.enroll('one'))
    const reader = await open({ 'last-event-id': lastChangeId() })
    await reader.next()

    const two = await collector.enroll('two')

    expect((await reader.nextOf('server.changed'))?.data).toMatchObject({ id: two.id })
  })

  it.each(['999999', 'x', '-1', '1e3'])('is told to read everything again after the id %s', async (id) => {
    await send(await collector.enroll('one'))

    const reader = await open({ 'last-event-id': id })
    await reader.next()

    expect(await reader.next()).toMatchObject({ event: 'reset', id: lastChangeId() })
  })

  it('is told so, too, when more servers changed than are worth sending', async () => {
    const joinKey = collector.createJoinKey()
    const seen = lastChangeId()
    for (let count = 0; count < 251; count++) await collector.enroll(`web-${count}`, joinKey)

    const reader = await open({ 'last-event-id': seen })
    await reader.next()

    expect(await reader.next()).toMatchObject({ event: 'reset', id: lastChangeId() })
  })
})

describe('a stream', () => {
  it('is kept awake by pings, and ends at the next one once its token is revoked', async () => {
    const other = new TestCollector({ server: { eventPingMs: 20 } })
    const address = `${await other.listen()}${paths.events()}`
    const reader = await SseReader.open(address, {
      authorization: `Bearer ${other.createToken('reader', { id: 't' })}`,
    })
    readers.push(reader)

    await reader.next()
    expect(await reader.next()).toMatchObject({ comment: 'ping' })
    const audit = { at: 0, actor: 'test', action: 'token.revoke', subject: 't', detail: {} }
    other.ctx.store.revokeToken('t', other.clock.now(), audit)

    expect(await reader.nextOf('nothing')).toBeNull()
    await other.close()
  })

  it('ends when the collector stops', async () => {
    const reader = await open()

    await collector.app.close()

    expect(await reader.nextOf('nothing')).toBeNull()
  })

  it('is cut when its reader does not keep up, and the others go on', async () => {
    const joinKey = collector.createJoinKey()
    const servers: TestServer[] = []
    for (let count = 0; count < 200; count++) servers.push(await collector.enroll(`web-${count}`, joinKey))
    const [slow, quick] = [await open(), await open()]
    slow.pause()

    for (let round = 0; round < 80; round++) {
      await Promise.all(
        servers.map(({ id }) =>
          collector.ctx.store.transact((tx) => {
            const record = tx.server(id)
            if (record !== null) tx.putServer(record, [], collector.clock.now())
          }),
        ),
      )
    }
    const last = lastChangeId()
    slow.resume()

    let seen: string | null = null
    for (let frame = await slow.next(); frame !== null; frame = await slow.next()) seen = frame.id ?? seen
    for (let frame = await quick.next(); frame?.id !== last; frame = await quick.next()) expect(frame).not.toBeNull()
    expect(Number(seen)).toBeLessThan(Number(last))
  })
})
