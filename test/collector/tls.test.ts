import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import https from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { IncomingHttpHeaders } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { paths } from '../../shared/protocol/paths.ts'
import { makeCertificate } from '../support/certificate.ts'
import { TestCollector } from '../support/test-collector.ts'

let directory: string
let collector: TestCollector
let url: string
let cert: string

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'overdue-tls-'))
  const { certFile, keyFile } = makeCertificate(directory, 'localhost')
  cert = readFileSync(certFile, 'utf8')
  collector = new TestCollector({ config: { tls: { cert, key: readFileSync(keyFile, 'utf8') } } })
  url = await collector.listen()
})
afterAll(async () => {
  await collector.close()
  rmSync(directory, { recursive: true, force: true })
})

const get = (options: https.RequestOptions): Promise<{ status: number; headers: IncomingHttpHeaders }> =>
  new Promise((resolve, reject) => {
    const request = https.get(`${url}${paths.ready()}`, { agent: false, ...options }, (response) => {
      response.resume()
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers }))
    })
    request.on('error', reject)
  })

describe('the collector with a certificate', () => {
  it('serves HTTPS and says that it stays so', async () => {
    const { status, headers } = await get({ ca: cert })

    expect(url).toMatch(/^https:/)
    expect(status).toBe(200)
    expect(headers['strict-transport-security']).toBe('max-age=31536000')
  })

  it('refuses TLS 1.1', async () => {
    const old = get({ ca: cert, minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' })

    await expect(old).rejects.toThrow(/alert protocol version/)
  })

  it('answers garbage without falling over', async () => {
    const plain = await fetch(url.replace('https:', 'http:')).catch((error: Error) => error)

    expect(plain).toBeInstanceOf(Error)
    expect((await get({ ca: cert })).status).toBe(200)
  })
})
