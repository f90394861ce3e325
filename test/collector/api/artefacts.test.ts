// What hosts download: exactly the files of the release, whoever asks and however.
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseSums } from '../../../collector/artefacts.ts'
import { paths } from '../../../shared/protocol/paths.ts'
import type { Problem } from '../../../shared/protocol/problems.ts'
import { writeSums } from '../../support/install/artefacts.ts'
import { TestCollector } from '../../support/test-collector.ts'

const SCRIPT = readFileSync('install.sh')
const LARGE = Buffer.alloc(3 * 1024 * 1024, 'runtime')
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')

let directory: string
let folder: string
let collector: TestCollector
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'overdue-artefacts-'))
  folder = join(directory, 'agent')
  mkdirSync(folder)
  writeFileSync(join(directory, 'secret'), 'not for you')
  writeFileSync(join(folder, 'install.sh'), SCRIPT)
  writeFileSync(join(folder, 'node-linux-x64.tar.xz'), LARGE)
  writeSums(folder)
  writeFileSync(join(folder, 'not-listed'), 'not for you')
  collector = new TestCollector({ server: { artefactsFolder: folder } })
})
afterAll(async () => {
  await collector.close()
  rmSync(directory, { recursive: true })
})

describe('GET /install.sh', () => {
  it.each([
    ['plainly', paths.install(), {}],
    ['under another name', paths.install(), { host: 'x' }],
    ['in another language', paths.install(), { 'accept-language': 'de', 'accept-encoding': 'gzip' }],
    ['with a query', `${paths.install()}?url=https://evil.test`, {}],
    ['among the artefacts', paths.agentArtefact('install.sh'), {}],
  ])('is the file of the release, byte for byte, asked for %s', async (_how, url, headers) => {
    const answer = await collector.app.inject({ method: 'GET', url, headers })

    expect(answer.statusCode).toBe(200)
    expect(answer.rawPayload.equals(SCRIPT)).toBe(true)
  })

  it('comes with its checksum, as sha256sum writes it', async () => {
    const answer = await collector.get(paths.installChecksum(), null)

    expect(answer.body).toBe(`${sha256(SCRIPT)}  install.sh\n`)
  })

  it('is text, so that a browser shows it', async () => {
    expect((await collector.get(paths.install(), null)).headers['content-type']).toBe('text/plain; charset=utf-8')
  })
})

describe('HEAD', () => {
  it.each([
    paths.install(),
    paths.installChecksum(),
    paths.agentArtefact('node-linux-x64.tar.xz'),
    paths.agentArtefact('SHA256SUMS'),
  ])('of %s says what GET says, without a body', async (url) => {
    const { date: _, ...got } = (await collector.app.inject({ method: 'GET', url })).headers
    const asked = await collector.app.inject({ method: 'HEAD', url })
    const { date: __, ...headers } = asked.headers

    expect(asked).toMatchObject({ statusCode: 200, body: '' })
    expect(headers).toEqual(got)
    expect(headers['content-length']).toMatch(/^[1-9]\d*$/)
  })

  it('tells whoever has the file that it is the same', async () => {
    const headers = { 'if-none-match': `"${sha256(LARGE)}"` }
    const url = paths.agentArtefact('node-linux-x64.tar.xz')

    expect((await collector.app.inject({ method: 'HEAD', url, headers })).statusCode).toBe(304)
  })

  it('knows no more than GET', async () => {
    expect((await collector.app.inject({ method: 'HEAD', url: paths.agentArtefact('not-listed') })).statusCode).toBe(
      404,
    )
  })

  it('is among the methods that are named to whoever comes with another', async () => {
    const refused = await collector.app.inject({ method: 'DELETE', url: paths.install() })

    expect(refused.statusCode).toBe(405)
    expect(refused.headers.allow).toBe('GET, HEAD')
  })
})

describe('GET /agent/NAME', () => {
  it('is the file with its length, tagged with its hash', async () => {
    const answer = await collector.get(paths.agentArtefact('node-linux-x64.tar.xz'), null)

    expect(answer.rawPayload.equals(LARGE)).toBe(true)
    expect(answer.headers).toMatchObject({ 'content-length': String(LARGE.length), etag: `"${sha256(LARGE)}"` })
  })

  it('is not sent again to whoever has it', async () => {
    const headers = { 'if-none-match': `"${sha256(LARGE)}"` }
    const answer = await collector.get(paths.agentArtefact('node-linux-x64.tar.xz'), null, headers)

    expect(answer.statusCode).toBe(304)
    expect(answer.body).toBe('')
  })

  it('lists everything in SHA256SUMS', async () => {
    const answer = await collector.get(paths.agentArtefact('SHA256SUMS'), null)

    expect([...parseSums(answer.body).keys()].toSorted()).toEqual(['install.sh', 'node-linux-x64.tar.xz'])
  })

  it.each([
    'not-listed',
    '../secret',
    '%2e%2e%2fsecret',
    '..%2fsecret',
    'x%00install.sh',
    'install.sh%00',
    'INSTALL.SH',
    'install.sh%2f',
    '%2fetc%2fpasswd',
    '__proto__',
    'constructor',
  ])('does not know %s', async (name) => {
    const answer = await collector.app.inject({ method: 'GET', url: `/agent/${name}` })

    expect(answer.statusCode).toBeGreaterThanOrEqual(400)
    expect(answer.statusCode).toBeLessThan(500)
    expect(answer.body).not.toContain('not for you')
  })

  it('says so where the build made none', async () => {
    const other = new TestCollector({ server: { artefactsFolder: join(directory, 'nowhere') } })
    try {
      for (const url of [paths.install(), paths.installChecksum(), paths.agentArtefact('SHA256SUMS')]) {
        expect((await other.get(url, null)).json<Problem>().kind).toBe('not-found')
      }
    } finally {
      await other.close()
    }
  })
})
