import { request } from 'node:http'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { paths } from '../../../shared/protocol/paths.ts'
import { PageClient } from '../../support/page-client.ts'
import { TestCollector } from '../../support/test-collector.ts'

let collector: TestCollector
let reader: PageClient
beforeAll(async () => {
  collector = new TestCollector()
  for (let at = 0; at < 30; at++) await collector.enroll(`web-${at}`)
  reader = new PageClient(collector, 'reader')
})
afterAll(() => collector.close())

const asking = (url: string, accepts: string) =>
  collector.app.inject({ url, headers: { cookie: reader.cookie, 'accept-encoding': accepts } })
const UNPACK = { br: brotliDecompressSync, gzip: gunzipSync, identity: (body: Buffer) => body }

describe('an answer', () => {
  it.each([
    [paths.fleetPage(), 'gzip, deflate, br', 'br'],
    [paths.fleetPage(), 'gzip;q=1.0, br;q=0', 'gzip'],
    [paths.fleetPage(), 'identity', undefined],
    [paths.fleetPage(), '', undefined],
    [paths.asset('style.css'), 'br', 'br'],
    [paths.serversCsv(), 'br, gzip', 'gzip'],
    [paths.serversCsv(), 'br', undefined],
    [paths.summary(), 'br, gzip', undefined],
  ] as const)('%s to "%s" is packed as %s, and says the same', async (url, accepts, encoding) => {
    const plain = await asking(url, '')
    const answer = await asking(url, accepts)

    expect(answer.headers['content-encoding']).toBe(encoding)
    expect(UNPACK[encoding ?? 'identity'](answer.rawPayload).toString()).toBe(plain.body)
    expect(answer.rawPayload.length < plain.rawPayload.length / 2).toBe(encoding !== undefined)
  })

  it('is as it is where packing gains nothing', async () => {
    const answer = await asking(paths.asset('icon.svg'), 'br')

    expect(answer.headers['content-encoding']).toBeUndefined()
  })

  it('that comes as it happens is never packed', async () => {
    const url = new URL(paths.events(), await collector.listen())
    const { promise, resolve, reject } = Promise.withResolvers<Record<string, unknown>>()
    const asked = request(url, { headers: { cookie: reader.cookie, 'accept-encoding': 'gzip, br' } }, (answer) => {
      resolve(answer.headers)
      answer.destroy()
    })
    asked.on('error', reject).end()

    expect((await promise)['content-encoding']).toBeUndefined()
  })
})
