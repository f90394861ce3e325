// `/settings/join-keys`, `/settings/tokens` and `/settings/audit`, through the real collector.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { PageClient, textOf } from '../../../support/page-client.ts'
import { TestCollector } from '../../../support/test-collector.ts'

let collector: TestCollector
let admin: PageClient

beforeEach(() => {
  collector = new TestCollector({ config: { publicUrl: 'https://overdue.test' } })
  // The public address is HTTPS: sessions get their cookie under the other name.
  admin = new PageClient(collector, 'admin')
})
afterEach(() => collector.close())

describe('tokens', () => {
  const PAGE = '/settings/tokens'

  it('are made with name, role and end; the secret is on that page and on no other', async () => {
    const answer = await admin.submit(PAGE, { name: 'wall screen', role: 'reader', ttl: '30d' })
    const secret = /ovdt_[0-9a-f]+_[\w-]+/.exec(answer.body)?.[0] ?? ''
    const later = await admin.page(PAGE)

    expect(answer.headers['cache-control']).toBe('no-store')
    expect((await collector.get('/api/v1/summary', secret)).statusCode).toBe(200)
    expect(later).not.toContain(secret)
    expect(textOf(later)).toContain('wall screen reader Valid just now in 30 d')
    expect(collector.ctx.store.audit(1)[0]).toMatchObject({ action: 'token.create' })
  })

  it('are revoked with every session they opened', async () => {
    const reader = new PageClient(collector, 'reader')
    const id = reader.token.split('_')[1] ?? ''

    const answer = await admin.submit(PAGE, { action: 'revoke', id })

    expect(textOf(await admin.page(String(answer.headers.location)))).toContain(`Token ${id} is revoked.`)
    expect((await reader.get('/')).statusCode).toBe(303)
    expect(collector.ctx.store.audit(1)[0]).toMatchObject({ action: 'token.revoke', subject: id })
  })

  it('that are not there to revoke change nothing', async () => {
    const answer = await admin.submit(PAGE, { action: 'revoke', id: 'nobody' })

    expect(answer.headers.location).toBe(PAGE)
  })

  it.each([
    [{ role: 'king' }, 'Choose one of the roles reader, operator, admin.'],
    [{ role: 'reader', ttl: 'long' }, '"long" is no time it can be valid for'],
    [{ role: 'reader', ttl: '0d' }, '"0d" is no time it can be valid for'],
    [{ role: 'reader', name: 'x'.repeat(256) }, 'A name has at most 255 characters.'],
  ])('are refused with the reason: %j', async (fields, problem) => {
    const answer = await admin.submit(PAGE, fields)

    expect(answer.statusCode).toBe(422)
    expect(textOf(answer.body)).toContain(problem)
    expect(collector.ctx.store.tokens()).toHaveLength(1)
  })

  it('show which of them this session is', async () => {
    expect(textOf(await admin.page(PAGE))).toContain('admin this session')
  })
})

describe('join keys', () => {
  const PAGE = '/settings/join-keys'
  const KEY = { uses: '3', ttl: '7d', application: 'shop', cidrs: '10.0.0.0/8, 2001:db8::/32', approve: 'pending' }

  it('are made with their limits and handed over as the file an agent takes, once', async () => {
    const answer = await admin.submit(PAGE, { ...KEY, ephemeral: 'yes' })
    const secret = /ovdj_[0-9a-f]+_[\w-]+/.exec(answer.body)?.[0] ?? ''
    const [key] = collector.ctx.store.joinKeys()

    expect(textOf(answer.body)).toContain('url = "https://overdue.test" key = "ovdj_')
    expect(answer.body).toContain(
      'curl -fsSL https://overdue.test/install.sh |\n  sudo sh -s -- --join-key-file overdue.join',
    )
    expect(key).toMatchObject({
      usesMax: 3,
      application: 'shop',
      cidrs: ['10.0.0.0/8', '2001:db8::/32'],
      approve: 'pending',
      ephemeral: true,
    })
    expect(await admin.page(PAGE)).not.toContain(secret)
    expect(collector.ctx.store.audit(1)[0]).toMatchObject({ action: 'join-key.create', subject: key?.id })
  })

  it('let a server in', async () => {
    const answer = await admin.submit(PAGE, { uses: '1', ttl: '1h', approve: 'auto' })
    const secret = /ovdj_[0-9a-f]+_[\w-]+/.exec(answer.body)?.[0] ?? ''

    await collector.enroll('web-01', secret)

    expect(textOf(await admin.page(PAGE))).toContain('Spent 1 of 1')
  })

  it('in use stand before those that ended, of which some are left to the JSON document', async () => {
    for (let at = 0; at < 210; at++) collector.createJoinKey({ id: `ended-${at}`, expiresAt: collector.clock.now() })
    collector.createJoinKey({ id: 'still-good' })

    const page = await admin.page(PAGE)

    expect(page.indexOf('still-good')).toBeLessThan(page.indexOf('ended-'))
    expect(page.match(/<th role="rowheader"/g)).toHaveLength(200)
    expect(textOf(page)).toContain('11 more are in the JSON document.')
  })

  it('are revoked', async () => {
    await admin.submit(PAGE, KEY)
    const [{ id } = { id: '' }] = collector.ctx.store.joinKeys()

    const answer = await admin.submit(PAGE, { action: 'revoke', id })

    expect(textOf(await admin.page(String(answer.headers.location)))).toContain(`Join key ${id} is revoked.`)
    expect(collector.ctx.store.joinKeys()[0]?.revokedAt).not.toBeNull()
  })

  it.each([
    [{ uses: '0' }, 'Servers: "0" is no number from 1 to 100000.'],
    [{ uses: 'many' }, 'Servers: "many" is no number'],
    [{ ttl: '400d' }, 'Valid for: "400d" is no duration'],
    [{ cidrs: '10.0.0.0/99' }, 'Only from: "10.0.0.0/99" is no block'],
    [{ approve: 'maybe' }, 'Choose whether servers are let in at once.'],
    [{ application: 'x'.repeat(256) }, 'Application: a name has at most 255 characters.'],
  ])('are refused with the reason, and what was typed stays: %j', async (change, problem) => {
    const answer = await admin.submit(PAGE, { ...KEY, ...change })

    expect(answer.statusCode).toBe(422)
    expect(textOf(answer.body)).toContain(problem)
    expect(answer.body).toContain(`value="${'cidrs' in change ? 'shop' : KEY.cidrs}"`)
    expect(collector.ctx.store.joinKeys()).toEqual([])
  })
})

describe('the audit', () => {
  it('names who did what on what, and goes on to older lines', async () => {
    for (let at = 0; at < 101; at++) collector.createJoinKey({ id: `key-${at}` })

    const first = await admin.page('/settings/audit')
    const older = /href="(\/settings\/audit\?before=\d+)"/.exec(first)?.[1] ?? ''
    const second = await admin.page(older)

    expect(textOf(first)).toContain('test join-key.create key-100')
    expect(first).not.toContain('>key-0<')
    expect(textOf(second)).toContain('join-key.create key-0')
    expect(second).not.toContain('rel="next"')
  })

  it('names tokens as people do, and shows every detail', async () => {
    await admin.submit('/settings/policy', { preset: 'relaxed' })

    const text = textOf(await admin.page('/settings/audit'))

    expect(text).toMatch(/admin token:[0-9a-f]{16} policy\.change policy/)
    expect(text).toContain('"otherwiseDays": 60')
  })
})
