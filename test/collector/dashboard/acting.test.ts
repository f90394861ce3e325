// What operators do on the page of a server, as its forms send it.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PageClient, textOf } from '../../support/page-client.ts'
import type { TestServer } from '../../support/test-collector.ts'
import { ActingCollector, listener } from '../actions/acting-collector.ts'

let collector: ActingCollector
let anna: PageClient
let reader: PageClient
beforeAll(() => {
  collector = new ActingCollector()
  anna = new PageClient(collector, 'operator')
  reader = new PageClient(collector, 'reader')
})
afterAll(() => collector.close())

const pageOf = ({ id }: TestServer) => `/servers/${id}`
const recordOf = ({ id }: TestServer) => collector.ctx.projection.get(id)
const PORT = { action: 'declare-port', protocol: 'tcp', port: '443', family: '', verdict: 'filtered' }
const SNOOZE = { action: 'snooze', 'snooze-for': '3d', 'snooze-until': '', 'snooze-reason': 'with the deploy' }

describe('the page of a server', () => {
  it('lets in a server that waits, and has no button for it afterwards or for a reader', async () => {
    const server = await collector.enroll('waits', collector.createJoinKey({ approve: 'pending' }))
    expect(await anna.page(pageOf(server))).toContain('Approve this server')
    expect(await reader.page(pageOf(server))).not.toContain('Approve this server')

    const answer = await anna.submit(pageOf(server), { action: 'approve' })

    expect([answer.statusCode, answer.headers.location]).toEqual([303, pageOf(server)])
    expect(recordOf(server)?.lifecycle).toBe('active')
    expect(await anna.page(pageOf(server))).not.toContain('Approve this server')
    expect(collector.ctx.store.audit(1)).toMatchObject([{ action: 'server.approve', subject: server.id }])
  })

  it('shows a declared port with who said it, beside what the server says, and takes it back', async () => {
    const server = await collector.needy('declared', [listener()])

    await anna.submit(pageOf(server), { ...PORT, 'declare-for': '30d', 'declare-reason': 'a balancer' })
    const page = textOf(await anna.page(pageOf(server)))
    const seen = await reader.page(pageOf(server))
    await anna.submit(pageOf(server), { action: 'withdraw-port', port: `${server.id}.tcp-443` })

    expect(page).toContain('Said by operator. By itself this server says exposed.')
    expect(page).toContain('tcp 443 filtered, declared by operator:')
    expect(seen).toContain('a balancer')
    expect(seen).not.toContain('Take back')
    expect(recordOf(server)).toMatchObject({ declarations: null, verdict: { exposure: 'exposed' } })
  })

  it('puts a server off, says so to everybody, and ends that', async () => {
    const server = await collector.needy('snoozed', [listener()])

    await anna.submit(pageOf(server), { ...SNOOZE, 'snooze-until': '2026-12-01T08:00' })
    const page = textOf(await reader.page(pageOf(server)))
    const list = textOf(await reader.page('/?q=name:snoozed'))
    await anna.submit(pageOf(server), { action: 'end-snooze' })

    expect(page).toContain('Snoozed by operator: with the deploy Ends in 8 d 20 h 2026-12-01 08:00:00 UTC')
    expect(list).toContain('Restart required Exposed Snoozed, ends in 8 d 20 h')
    expect(textOf(await reader.page(pageOf(server)))).toContain('Snooze ended by hand')
    expect(recordOf(server)?.verdict.promoted).toBe(true)
  })

  it.each([
    [{ ...SNOOZE, 'snooze-reason': '' }, 'Reason: say why', '3d'],
    [{ ...SNOOZE, 'snooze-until': 'soon' }, 'Until: that is no time', 'with the deploy'],
    [{ ...SNOOZE, 'snooze-for': '' }, 'For: choose how long.', 'with the deploy'],
    [{ ...SNOOZE, 'snooze-for': '100d' }, 'For: that is more than 90 days ahead.', 'with the deploy'],
    [
      { ...PORT, port: '0', 'declare-for': '7d', 'declare-reason': 'kept words' },
      'Port: "0" is no number',
      'kept words',
    ],
    [
      { ...PORT, verdict: '', 'declare-for': '7d', 'declare-reason': 'kept words' },
      'Say whether it can be reached.',
      'kept words',
    ],
  ])('names what is wrong with %j, and keeps what was written', async (fields, problem, kept) => {
    const server = await collector.needy('wrong')

    const answer = await anna.submit(pageOf(server), fields)

    expect(answer.statusCode).toBe(422)
    expect(textOf(answer.body)).toContain(problem)
    expect(answer.body).toMatch(/<details class="act" id="(snooze|declare)" open/)
    expect(answer.body).toContain(`value="${kept}"`)
    expect(recordOf(server)).not.toHaveProperty('snooze.reason')
  })

  it('says so where there is nothing to put off', async () => {
    const fine = await collector.enroll('fine')
    await collector.say(fine)

    expect(textOf((await anna.submit(pageOf(fine), SNOOZE)).body)).toContain('There is nothing to snooze')
  })
})
