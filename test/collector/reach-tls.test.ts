// TLS as the collector serves it: with the files as they are now.
import { copyFileSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs'
import type { Server as HttpsServer } from 'node:https'
import { connect } from 'node:net'
import { join } from 'node:path'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import { pino } from 'pino'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { DEFAULT_TIMEOUTS } from '../../collector/api/http-server.ts'
import { followTlsFiles } from '../../collector/api/tls-reload.ts'
import { makeCertificate } from '../support/certificate.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { TestCollector, type TestCollectorOptions } from '../support/test-collector.ts'

function collectorWith(options: TestCollectorOptions): TestCollector {
  const collector = new TestCollector(options)
  onTestFinished(() => collector.close())
  return collector
}

describe('TLS', () => {
  let directory: string
  const file = (name: string) => join(directory, name)
  const read = (name: string) => readFileSync(file(name), 'utf8')
  beforeAll(() => {
    directory = temporaryDirectory((clean) => process.once('exit', clean))
    for (const name of ['one', 'two']) makeCertificate(directory, name)
  })

  async function reloading(): Promise<{
    subject: () => Promise<string>
    reload: () => Promise<void>
    logged: string[]
  }> {
    copyFileSync(file('one.crt'), file('live.crt'))
    copyFileSync(file('one.key'), file('live.key'))
    const tls = { cert: read('live.crt'), key: read('live.key') }
    const collector = collectorWith({ config: { tls } })
    const { port } = new URL(await collector.listen())
    const logged: string[] = []
    const log = pino({ base: null }, { write: (line: string) => void logged.push(line) })
    const files = { cert: file('live.crt'), key: file('live.key') }
    const following = followTlsFiles(collector.app.server as unknown as HttpsServer, {
      files,
      inUse: tls,
      log,
      lookMs: 600_000,
    })
    onTestFinished(() => following.stop())
    return { subject: () => subjectAt(Number(port)), reload: () => following.reload(), logged }
  }

  it('takes a new certificate while it serves', async () => {
    const { subject, reload, logged } = await reloading()
    expect(await subject()).toBe('one')

    copyFileSync(file('two.crt'), file('live.crt'))
    copyFileSync(file('two.key'), file('live.key'))
    await reload()

    expect(await subject()).toBe('two')
    expect(logged.join('')).toContain('the new certificate is in use')
  })

  it('takes one that was swapped by symbolic links', async () => {
    const { subject, reload } = await reloading()
    for (const kind of ['crt', 'key']) {
      symlinkSync(file(`two.${kind}`), file('link'))
      renameSync(file('link'), file(`live.${kind}`))
    }
    await reload()

    expect(await subject()).toBe('two')
    for (const kind of ['crt', 'key']) {
      symlinkSync(file(`one.${kind}`), file('link'))
      renameSync(file('link'), file(`live.${kind}`))
    }
  })

  it.each([
    ['half of a new pair', () => renameSync(copyOf('two.crt'), file('live.crt'))],
    ['garbage', () => writeFileSync(copyOf('one.crt'), 'garbage') ?? renameSync(file('copy'), file('live.crt'))],
    ['nothing', () => renameSync(file('live.key'), file('gone'))],
  ])('keeps the old certificate when it finds %s, and says so once', async (_what, breakIt) => {
    const { subject, reload, logged } = await reloading()
    breakIt()
    await reload()
    await reload()

    expect(await subject()).toBe('one')
    expect(logged.filter((line) => line.includes('the old one stays in use'))).toHaveLength(1)
    expect(logged.join('')).not.toContain('PRIVATE')

    renameSync(copyOf('two.crt'), file('live.crt'))
    renameSync(copyOf('two.key'), file('live.key'))
    await reload()
    expect(await subject()).toBe('two')
  })

  const copyOf = (name: string): string => {
    copyFileSync(file(name), file('copy'))
    return file('copy')
  }

  it('refuses renegotiation, which would cost us more than the client (L16)', async () => {
    const collector = collectorWith({ config: { tls: { cert: read('one.crt'), key: read('one.key') } } })
    const { port } = new URL(await collector.listen())
    const socket = connectTls({ port: Number(port), host: '127.0.0.1', ca: read('one.crt'), maxVersion: 'TLSv1.2' })
    await new Promise((resolve) => socket.once('secureConnect', resolve))

    const outcome = new Promise<string>((resolve) => {
      socket.on('error', (error) => resolve(error.message))
      socket.on('close', () => resolve('closed'))
      socket.renegotiate({}, (error) => resolve(error === null ? 'renegotiated' : error.message))
    })

    expect(await outcome).toMatch(/no.renegotiation|closed/i)
  })

  it('lets go of a connection whose handshake does not come, without a word', async () => {
    const timeouts = { ...DEFAULT_TIMEOUTS, handshakeTimeoutMs: 50 }
    const tls = { cert: read('one.crt'), key: read('one.key') }
    const collector = collectorWith({ config: { tls }, server: { timeouts } })
    const { port } = new URL(await collector.listen())
    const socket = connect(Number(port), '127.0.0.1')
    let heard = ''
    socket.on('data', (chunk: Buffer) => (heard += chunk.toString('latin1')))

    await new Promise((resolve) => socket.once('close', resolve))

    expect(heard).toBe('')
  })

  function subjectAt(port: number): Promise<string> {
    return new Promise((resolve, reject) => {
      const socket: TLSSocket = connectTls({ port, host: '127.0.0.1', ca: [read('one.crt'), read('two.crt')] }, () => {
        resolve(String(socket.getPeerCertificate().subject.CN))
        socket.destroy()
      })
      socket.on('error', reject)
    })
  }
})
