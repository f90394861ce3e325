// L32: credentials of a repository reached the log. Canaries in every place a secret may be put, by habit or by mistake;
// then everything that is kept or shown is searched for them.
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { login } from '../../collector/api/auth.ts'
import { paths } from '../../shared/protocol/paths.ts'
import { AgentHost, buildAgentBundle } from '../support/agent-bundle.ts'
import { StandInCollector } from '../support/stand-in-collector.ts'
import { TestCollector } from '../support/test-collector.ts'
import { until } from '../support/until.ts'

const secretOf = (text: string) => text.split('_').slice(2).join('_')

describe('L32: the collector', () => {
  let collector: TestCollector
  const canaries = new Map<string, string>()
  beforeAll(async () => {
    collector = new TestCollector()
    const joinKey = collector.createJoinKey()
    const server = await collector.enroll('web-1', joinKey)
    const reader = collector.createToken('reader')
    const admin = collector.createToken('admin')
    const cookie = login(collector.ctx, reader)?.setCookie.split(';', 1)[0] ?? ''
    const texts = { 'join key': joinKey, credential: server.credential, reader, admin, session: cookie }
    for (const [name, text] of Object.entries(texts))
      canaries.set(name, name === 'session' ? text.slice(8) : secretOf(text))
    await collector.post(paths.report(), server.credential, server.report.whole())
    for (const text of Object.values(texts)) await putEverywhere(text)
    for (const url of [paths.servers(), paths.history(), paths.summary()]) await collector.get(url, reader)
  })
  afterAll(() => collector.close())

  /** Every place of a request that somebody once put a secret into. What comes back is kept to be searched. */
  const answers: string[] = []
  async function putEverywhere(text: string): Promise<void> {
    const headers = { 'x-api-key': text, referer: `https://overdue.test/?token=${text}`, cookie: `other=${text}` }
    const sent = [
      collector.get(`${paths.servers()}?token=${encodeURIComponent(text)}`, null, headers),
      collector.get(`${paths.servers()}?q=${encodeURIComponent(text)}`, null, headers),
      collector.get(`/${encodeURIComponent(text)}`, text, headers),
      collector.post(paths.report(), text, { token: text, authorization: `Bearer ${text}` }),
      collector.post(paths.report(), text, Buffer.from(`{"token":"${text}`)),
      collector.post(paths.enroll(), text, { proto: 1, secret: text }),
      collector.get(paths.summary(), `${text}x`),
    ]
    for (const answer of await Promise.all(sent)) answers.push(JSON.stringify(answer.headers) + answer.body)
  }

  const filesOf = (directory: string) =>
    readdirSync(directory, { recursive: true, encoding: 'utf8' })
      .map((name) => join(directory, name))
      .filter((path) => statSync(path).isFile())

  it('writes no secret into its log, even where a request ends in an error', async () => {
    const { store } = collector.ctx
    const transact = store.transact.bind(store)
    store.transact = () => Promise.reject(new Error('no space left'))
    const body = { proto: 1, credentialHash: 'h'.repeat(43), name: 'x' }
    const joinKey = collector.createJoinKey()
    const { statusCode } = await collector.post(`${paths.enroll()}?key=${joinKey}`, joinKey, body)
    store.transact = transact
    canaries.set('join key of a failed request', secretOf(joinKey))

    const found = [...canaries].filter(([, secret]) => collector.logged.some((line) => line.includes(secret)))

    expect(found).toEqual([])
    expect(statusCode).toBeGreaterThanOrEqual(400)
  })

  it('keeps no secret in its files: the hash alone', () => {
    const files = filesOf(collector.directory)
    const found = [...canaries].filter(([, secret]) => files.some((path) => readFileSync(path).includes(secret)))

    expect(found).toEqual([])
    expect(files.length).toBeGreaterThan(0)
  })

  it('sends no secret back, and shows none in its API, its pages and its metrics', async () => {
    const token = collector.createToken('admin')
    const addresses = [
      paths.servers(),
      paths.history(),
      paths.tokens(),
      paths.joinKeys(),
      paths.audit(),
      paths.metrics(),
    ]
    const shown = await Promise.all(addresses.map(async (url) => (await collector.get(url, token)).body))
    const cookie = login(collector.ctx, token)?.setCookie.split(';', 1)[0] ?? ''
    const page = await collector.app.inject({ method: 'GET', url: '/', headers: { cookie } })

    const all = [...answers, ...shown, page.body].join('\n')
    expect([...canaries].filter(([, secret]) => all.includes(secret))).toEqual([])
  })
})

describe('L32: the agent', () => {
  it('whose credential a collector sends back to it writes it nowhere but where it is kept', async (context) => {
    const bundle = await buildAgentBundle()
    const collector = await new StandInCollector().start()
    context.onTestFinished(() => collector.stop())
    const host = new AgentHost(bundle, ['--url', collector.url, '--backoff-max', '500ms'], (clean) =>
      context.onTestFinished(clean),
    )
    host.giveCredential()
    const secret = 'x'.repeat(43)
    collector.manners = ({ headers }) => ({
      status: 401,
      body: { kind: 'unauthenticated', title: 'No', detail: `not ${headers.authorization}` },
    })

    host.run()
    await until('it told of the refusal', () => host.log.includes('"level":"') && collector.reports.length >= 2)
    const status = await host.command(['status'])

    const kept = readdirSync(host.directory, { recursive: true, encoding: 'utf8' })
      .map((name) => join(host.directory, name))
      .filter((path) => statSync(path).isFile() && readFileSync(path).includes(secret))
    expect(kept.map((path) => path.slice(host.directory.length))).toEqual(['/state/credential'])
    expect(host.log).not.toContain(secret)
    expect(status.stdout + status.stderr).not.toContain(secret)
    expect(collector.received.filter(({ body }) => JSON.stringify(body).includes(secret))).toEqual([])
  })
})
