import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { paths } from '../../../shared/protocol/paths.ts'
import { LOOPBACK_CERTIFICATE, LOOPBACK_KEY } from '../../support/loopback-certificate.ts'
import { OverdueProgram } from '../../support/overdue-program.ts'
import { SteppedClock, TestCollector } from '../../support/test-collector.ts'
import { askACollector, overdue, url } from './collector-rig.ts'

askACollector()

describe('over TLS', () => {
  it('trusts the authority it is given, keeps it at login, and nobody else', async () => {
    const tls = { cert: LOOPBACK_CERTIFICATE, key: LOOPBACK_KEY }
    const secure = new TestCollector({ clock: new SteppedClock(Date.now()), config: { tls } })
    onTestFinished(() => secure.close())
    const address = await secure.listen()
    const stranger = new OverdueProgram()
    const tokenFile = stranger.file('t', secure.createToken('reader'))
    const caFile = stranger.file('ca.pem', LOOPBACK_CERTIFICATE)
    const refused = await stranger.run(['login', address, '--token-file', tokenFile])
    const trusted = await stranger.run(['login', address, '--token-file', tokenFile, '--ca-file', caFile])

    expect(refused.code).toBe(5)
    expect(refused.stderr).toContain('--ca-file')
    expect(trusted.code).toBe(0)
    expect((await stranger.run(['summary'])).code).toBe(0)
  })
})

describe('through a proxy', () => {
  it('goes where HTTP_PROXY says, but for what NO_PROXY names', async () => {
    const asked: (string | undefined)[] = []
    const proxy = createServer((request, response) => {
      asked.push(request.url)
      response.writeHead(502).end()
    })
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void proxy.close())
    overdue.environment['HTTP_PROXY'] = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`
    const proxied = await overdue.run(['summary'])
    overdue.environment['NO_PROXY'] = '127.0.0.1'
    const direct = await overdue.run(['summary'])

    expect([proxied.code, direct.code]).toEqual([5, 0])
    expect(asked).toEqual([`${url}${paths.summary()}`])
  })
})
