// L14: one enrolled host sent what nobody expected, and the whole server died of it; a file one over a limit took a
// network down. L17: a tag became a file's path, a line of a log. The host here has a good credential and bad manners.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { enrollment } from '../../shared/protocol/enrollment.ts'
import { paths } from '../../shared/protocol/paths.ts'
import { report } from '../../shared/protocol/report.ts'
import { fullReport } from '../support/full-report.ts'
import { TestCollector, type TestServer } from '../support/test-collector.ts'
import { beyondLimitsOf } from './beyond-limits.ts'

let collector: TestCollector
let sender: TestServer
let bystander: TestServer
let reader: string
beforeAll(async () => {
  collector = new TestCollector()
  reader = collector.createToken('reader')
  bystander = await collector.enroll('bystander')
  sender = await collector.enroll('sender')
  for (const { credential, report: builder } of [bystander, sender]) {
    await collector.post(paths.report(), credential, fullReport(builder))
  }
})
afterAll(() => collector.close())

const documents = async () =>
  await Promise.all([bystander, sender].map(async ({ id }) => (await collector.get(paths.server(id), reader)).body))

describe('L14: one beyond a limit', () => {
  it('of a report is a 4xx for that host, whichever limit, and changes nothing', async () => {
    const cases = beyondLimitsOf(report, fullReport(sender.report))
    const before = await documents()

    const wrong: string[] = []
    for (const { pointer, limit, body } of cases) {
      const { statusCode } = await collector.post(paths.report(), sender.credential, body)
      if (![400, 413, 422].includes(statusCode)) wrong.push(`${pointer} beyond ${limit}: ${statusCode}`)
    }

    expect(wrong).toEqual([])
    expect(cases.length).toBeGreaterThan(100)
    expect(await documents()).toEqual(before)
  })

  it('of an enrolment is a 4xx, and makes no server', async () => {
    const valid = { proto: 1, credentialHash: 'h'.repeat(43), name: 'x', machineId: 'a'.repeat(32) }
    const joinKey = collector.createJoinKey()
    const size = collector.ctx.projection.size

    const wrong: string[] = []
    for (const { pointer, limit, body } of beyondLimitsOf(enrollment, valid)) {
      const { statusCode } = await collector.post(paths.enroll(), joinKey, body)
      if (![400, 413, 422].includes(statusCode)) wrong.push(`${pointer} beyond ${limit}: ${statusCode}`)
    }

    expect(wrong).toEqual([])
    expect(collector.ctx.projection.size).toBe(size)
  })

  it('leaves the host free to say something sensible afterwards', async () => {
    const answer = await collector.post(paths.report(), sender.credential, fullReport(sender.report))

    expect(answer.statusCode).toBe(200)
  })
})

describe('L17: a text of a host', () => {
  const TEXTS = [
    '../../../../tmp/overdue-escaped',
    '/etc/cron.d/overdue',
    'a\nb',
    'a\r\n{"level":60,"msg":"forged"}',
    '"} 1\nforged_metric{x="',
    `\${jndi:ldap://127.0.0.1/a}`,
    '%s%s%n',
    '\u001b]0;title\u0007\u001b[2J',
    '\u0000',
    "'; DROP TABLE servers; --",
  ]
  const filesIn = (directory: string) => readdirSync(directory, { recursive: true, encoding: 'utf8' }).sort()

  it('becomes no path, no line of a log and no label of a metric', async () => {
    const files = filesIn(collector.directory)
    const logged = collector.logged.length
    for (const text of TEXTS) {
      const server = await collector.enroll(text)
      server.report.raiseFlag([text])
      const { value: host } = server.report.state.host
      if (host !== null)
        Object.assign(host, { name: text, application: text, environment: text, tags: { [text]: text } })
      const body = server.report.whole({ reason: text })

      const { statusCode } = await collector.post(paths.report(), server.credential, body)

      expect([200, 422]).toContain(statusCode)
    }

    expect(filesIn(collector.directory)).toEqual(files)
    expect(collector.logged.slice(logged).filter((line) => line.indexOf('\n') !== line.length - 1)).toEqual([])
    const metrics = await collector.get(paths.metrics(), reader)
    expect(metrics.body.split('\n').filter((line) => line.startsWith('forged_metric'))).toEqual([])
    expect(metrics.body).not.toContain('overdue-escaped\n')
  })

  it('leads to no file when it is asked for as an address', async () => {
    const answers = await Promise.all(
      TEXTS.flatMap((text) => [paths.server(text), paths.asset(text), paths.application(text)]).map((url) =>
        collector.get(url, reader),
      ),
    )

    expect(answers.map(({ statusCode }) => statusCode).filter((status) => status >= 500)).toEqual([])
    expect(answers.filter(({ body }) => body.includes('root:'))).toEqual([])
    expect(filesIn(join(collector.directory, 'data')).length).toBeGreaterThan(0)
  })
})
