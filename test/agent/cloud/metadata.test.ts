import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { askCloud, type CloudAnswer } from '../../../agent/cloud/metadata.ts'
import { CloudAddresses } from '../../../agent/cloud/public-addresses.ts'

type Handler = (request: IncomingMessage, response: ServerResponse) => void

/** A stand-in for 169.254.169.254. */
async function standIn(handler: Handler): Promise<string> {
  const server = createServer(handler)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const answering =
  (routes: Record<string, (request: IncomingMessage) => string | null>, headers = {}): Handler =>
  (request, response) => {
    const body = routes[`${request.method} ${request.url}`]?.(request) ?? null
    response.writeHead(body === null ? 404 : 200, headers).end(body ?? 'not here')
  }

const EC2_TOKEN = {
  'PUT /latest/api/token': ({ headers }: IncomingMessage) =>
    headers['x-aws-ec2-metadata-token-ttl-seconds'] === '60' ? 'TOKEN==' : null,
}
const GOOGLE = 'GET /computeMetadata/v1/instance/network-interfaces/?recursive=true'
const AZURE = 'GET /metadata/instance/network?api-version=2021-02-01'

describe('the metadata service', () => {
  it('of EC2 is asked with a token', async () => {
    const origin = await standIn(
      answering({
        ...EC2_TOKEN,
        'GET /latest/meta-data/public-ipv4': ({ headers }) =>
          headers['x-aws-ec2-metadata-token'] === 'TOKEN==' ? '203.0.113.7\n' : null,
      }),
    )

    expect(await askCloud({ origin })).toEqual({ kind: 'told', provider: 'EC2', addresses: ['203.0.113.7'] })
  })

  it('of EC2 names none where the instance has none', async () => {
    const origin = await standIn(answering(EC2_TOKEN))

    expect(await askCloud({ origin })).toEqual({ kind: 'told', provider: 'EC2', addresses: [] })
  })

  it('of Google Cloud names the addresses of all interfaces', async () => {
    const found = [{ accessConfigs: [{ externalIp: '203.0.113.8' }] }, { accessConfigs: [{ externalIp: '' }] }, {}]
    const asked = ({ headers }: IncomingMessage) =>
      headers['metadata-flavor'] === 'Google' ? JSON.stringify(found) : null
    const origin = await standIn(answering({ [GOOGLE]: asked }, { 'Metadata-Flavor': 'Google' }))

    expect(await askCloud({ origin })).toEqual({ kind: 'told', provider: 'Google Cloud', addresses: ['203.0.113.8'] })
  })

  it('of Azure names what is not empty', async () => {
    const found = {
      interface: [{ ipv4: { ipAddress: [{ publicIpAddress: '' }, { publicIpAddress: '203.0.113.9' }] } }],
    }
    const asked = ({ headers }: IncomingMessage) => (headers['metadata'] === 'true' ? JSON.stringify(found) : null)
    const origin = await standIn(answering({ [AZURE]: asked }))

    expect(await askCloud({ origin })).toEqual({ kind: 'told', provider: 'Azure', addresses: ['203.0.113.9'] })
  })

  it('that names no public address is not believed', async () => {
    const asked = () => JSON.stringify([{ accessConfigs: [{ externalIp: '10.0.0.5' }, { externalIp: '<script>' }] }])
    const origin = await standIn(answering({ [GOOGLE]: asked }, { 'Metadata-Flavor': 'Google' }))

    expect(await askCloud({ origin })).toMatchObject({ kind: 'told', addresses: [] })
  })

  it.each([
    ['is none of the three', (_: IncomingMessage, response: ServerResponse) => response.writeHead(404).end()],
    [
      'sends us elsewhere',
      (_: IncomingMessage, response: ServerResponse) => response.writeHead(302, { location: '/' }).end(),
    ],
    ['hangs', () => undefined],
    ['breaks off', (request: IncomingMessage) => request.socket.destroy()],
    ['never stops talking', (_: IncomingMessage, response: ServerResponse) => response.end('x'.repeat(1_000_000))],
  ] satisfies [string, Handler][])('that %s did not answer', async (_, handler) => {
    const origin = await standIn(handler)

    expect(await askCloud({ origin, msMax: 300 })).toMatchObject({ kind: 'failed' })
  })
})

describe('the addresses that the cloud names', () => {
  const told = (...addresses: string[]): CloudAnswer => ({ kind: 'told', provider: 'EC2', addresses })
  const failed: CloudAnswer = { kind: 'failed', why: 'x' }

  it('wake the agent when they change, and outlive two answers that did not come', async () => {
    const answers = [told('203.0.113.7'), told('203.0.113.7'), failed, failed, failed]
    const seen: string[] = []
    let changes = 0
    const cloud = new CloudAddresses({
      ask: () => Promise.resolve(answers.shift() ?? failed),
      onChange: () => void changes++,
      log: { info: () => undefined, warn: () => undefined },
    })
    for (let at = 0; at < 5; at++) {
      await cloud.ask()
      seen.push(cloud.addresses.join())
    }

    expect(seen).toEqual(['203.0.113.7', '203.0.113.7', '203.0.113.7', '203.0.113.7', ''])
    expect(changes).toBe(2)
  })
})
