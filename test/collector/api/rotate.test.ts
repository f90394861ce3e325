// A server announces a new secret: which of the two counts, and for how long.
import { randomBytes } from 'node:crypto'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { paths } from '../../../shared/protocol/paths.ts'
import { formatSecret, hashSecret } from '../../../shared/secret.ts'
import { TestCollector, type TestServer } from '../../support/test-collector.ts'

const HOUR = 3_600_000

let collector: TestCollector
let server: TestServer
beforeEach(async () => {
  collector = new TestCollector()
  onTestFinished(() => collector.close())
  server = await collector.enroll('web-1')
  await report(server.credential, server.report.whole())
})

const report = async (credential: string, body: object): Promise<number> =>
  (await collector.post(paths.report(), credential, body)).statusCode
const beat = (credential: string): Promise<number> => report(credential, server.report.heartbeat())
const announce = (hash: string, credential = server.credential): Promise<number> =>
  report(credential, { ...server.report.heartbeat(), rotate: { credentialHash: hash } })

function newCredential(): { line: string; hash: string } {
  const secret = randomBytes(32).toString('base64url')
  return { line: formatSecret('ovds', server.id, secret), hash: hashSecret(secret) }
}

describe('a secret that was announced', () => {
  it('counts beside the old one until it is used, then alone', async () => {
    const next = newCredential()
    expect(await beat(next.line)).toBe(401)
    expect(await announce(next.hash)).toBe(200)

    expect(await beat(server.credential)).toBe(200)
    expect(await beat(next.line)).toBe(200)
    expect(await beat(server.credential)).toBe(401)
    expect(await beat(next.line)).toBe(200)
  })

  it('counts as used whatever its first report says', async () => {
    const next = newCredential()
    await announce(next.hash)

    expect(await report(next.line, { ...server.report.heartbeat(), seq: 1 })).toBe(409)
    expect(await beat(server.credential)).toBe(401)
  })

  it('leaves the old one a day, however often others are announced', async () => {
    const [first, second] = [newCredential(), newCredential()]
    await announce(first.hash)
    collector.clock.step(23 * HOUR)
    expect(await announce(second.hash)).toBe(200)
    expect(await beat(first.line)).toBe(401)

    collector.clock.step(HOUR)
    expect(await beat(server.credential)).toBe(200)
    collector.clock.step(1)
    expect(await beat(server.credential)).toBe(401)
    expect(await beat(second.line)).toBe(200)
  })

  it('may be the one in use, and then nothing changes', async () => {
    const hash = collector.ctx.projection.get(server.id)?.credentialHash ?? ''
    expect(await announce(hash)).toBe(200)

    collector.clock.step(25 * HOUR)
    expect(await beat(server.credential)).toBe(200)
  })

  it('that is the one of another server is not taken', async () => {
    const other = await collector.enroll('web-2')
    const hash = collector.ctx.projection.get(other.id)?.credentialHash ?? ''
    expect(await announce(hash)).toBe(200)

    collector.clock.step(25 * HOUR)
    expect(await beat(server.credential)).toBe(200)
    expect(await report(other.credential, other.report.whole())).toBe(200)
  })

  it('is not taken with a report that is not', async () => {
    const next = newCredential()
    expect(
      await report(server.credential, { ...server.report.heartbeat(), seq: 1, rotate: { credentialHash: next.hash } }),
    ).toBe(409)
    expect(await announce('short')).toBe(422)

    expect(await beat(next.line)).toBe(401)
  })

  it('of a server that is removed is told 410, as the old one is', async () => {
    const next = newCredential()
    await announce(next.hash)
    await report(server.credential, { ...server.report.heartbeat(), goodbye: 'uninstalled' })

    expect(await beat(server.credential)).toBe(410)
    expect(await beat(next.line)).toBe(410)
  })
})
