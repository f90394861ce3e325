// `/settings/policy`, through the real collector.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { believableFleet } from '../../../support/believable-fleet.ts'
import { PageClient, textOf } from '../../../support/page-client.ts'
import { TestCollector } from '../../../support/test-collector.ts'

let collector: TestCollector
let operator: PageClient

beforeEach(async () => {
  collector = new TestCollector()
  for (const record of believableFleet(collector.clock.now())) {
    await collector.ctx.store.transact((tx) => tx.putServer(record, [], collector.clock.now()))
  }
  operator = new PageClient(collector, 'operator')
})
afterEach(() => collector.close())

const URL_OF = '/settings/policy'

describe('the policy page', () => {
  it('says what is in force, and what each preset covers and does not', async () => {
    const text = textOf(await new PageClient(collector, 'reader').page(URL_OF))

    expect(text).toContain('Stale after 14 days when exposed, otherwise 30 days')
    expect(text).toContain('cyber-essentials 14 days 14 days 14 days UK Cyber Essentials')
    expect(text).toContain('48 hours for critical weaknesses')
    expect(text).toContain('Changing it takes the role operator.')
  })

  it('previews a change and writes nothing', async () => {
    const page = await operator.page(`${URL_OF}?preview=1&preset=default&exposedDays=3&otherwiseDays=5`)

    expect(textOf(page)).toContain('This would promote 2 servers.')
    expect(textOf(page)).toContain('of 13 servers would be judged differently')
    expect(page).toContain('>api-02</a>')
    expect(collector.ctx.store.policy()?.staleAfter.exposedDays).toBe(14)
  })

  it('previews for nobody but operators: judging the whole fleet costs', async () => {
    const page = await new PageClient(collector, 'reader').page(`${URL_OF}?preview=1&otherwiseDays=5`)

    expect(page).not.toContain('This would')
  })

  it('sets what was previewed, with an audit line, and says so', async () => {
    const preview = await operator.page(`${URL_OF}?preview=1&preset=pci-dss-4&silentAfter=30m`)
    const form = preview.slice(preview.indexOf('<form class="actions"'))
    const hidden = form.slice(0, form.indexOf('</form>')).matchAll(/type="hidden" name="([^"]*)" value="([^"]*)"/g)
    const fields = Object.fromEntries(Array.from(hidden, ([, name = '', value = '']) => [name, value]))

    const answer = await operator.send(URL_OF, fields)

    expect(answer.statusCode).toBe(303)
    expect(await operator.page(String(answer.headers.location))).toContain('The policy is set')
    expect(collector.ctx.policy()).toMatchObject({
      preset: 'pci-dss-4',
      staleAfter: { exposedDays: 30, otherwiseDays: 30 },
      silentAfterMs: 30 * 60_000,
      forgetSilentAfterMs: 14 * 86_400_000,
    })
    expect(collector.ctx.store.audit(1)[0]).toMatchObject({ action: 'policy.change', subject: 'policy' })
  })

  it.each([
    { what: 'no number of days', query: 'exposedDays=soon', problem: 'Days when exposed: it must be a whole number' },
    { what: 'too many days', query: 'otherwiseDays=99999', problem: 'Days otherwise: it must be a whole number' },
    {
      what: 'no number of days for what is exploited',
      query: 'exploitedExposedDays=0',
      problem: 'Known to be exploited, Days when exposed: it must be a whole number',
    },
    { what: 'no duration', query: 'silentAfter=15', problem: 'Silent after: it must be a duration' },
    {
      what: 'silence that is never seen',
      query: 'forgetSilentAfter=1d&silentAfter=2d',
      problem: 'Forget after: it must be longer than silent after',
    },
    { what: 'no preset', query: 'preset=mine', problem: 'Preset: it must be one of default' },
    {
      what: 'an application without a name',
      query: 'scope=application&application=',
      problem: 'Application: write its name.',
    },
  ])('says what is wrong with $what, and keeps what was typed', async ({ query, problem }) => {
    const answer = await operator.get(`${URL_OF}?preview=1&${query}`)

    expect(answer.statusCode).toBe(422)
    expect(textOf(answer.body)).toContain(problem)
    const typed = [...new URLSearchParams(query).values()].filter(
      (value) => !['application', 'mine', ''].includes(value),
    )
    for (const value of typed) expect(answer.body).toContain(`value="${value}"`)
  })

  it('gives one application a policy of its own, and takes it back', async () => {
    const own = { scope: 'application', application: 'shop', exposedDays: '7', unknownExposureCounts: 'yes' }

    await operator.submit(URL_OF, own)
    const given = collector.ctx.store.policy()?.applications
    const page = await operator.page(`${URL_OF}?application=shop`)
    await operator.submit(URL_OF, { ...own, exposedDays: '', unknownExposureCounts: '' })

    expect(given).toEqual({ shop: { staleAfter: { exposedDays: 7, otherwiseDays: 30 }, unknownExposureCounts: true } })
    expect(textOf(page)).toContain('shop 7 days when exposed, otherwise 30 days as the fleet counts as exposed')
    expect(page).toMatch(/id="own-exposedDays"[^>]*value="7"/)
    expect(collector.ctx.store.policy()?.applications).toEqual({})
  })

  it('sets days for what is known to be exploited, for the fleet and for one application, and takes them back', async () => {
    const fleet = { preset: 'default', exploitedExposedDays: '2' }
    const own = { scope: 'application', application: 'shop', exploitedOtherwiseDays: '5' }

    await operator.submit(URL_OF, fleet)
    await operator.submit(URL_OF, own)
    const given = collector.ctx.store.policy()
    const page = await operator.page(`${URL_OF}?application=shop`)
    await operator.submit(URL_OF, { ...own, exploitedOtherwiseDays: '' })
    await operator.submit(URL_OF, { ...fleet, exploitedExposedDays: '' })

    expect(given?.knownExploitedAfter).toEqual({ exposedDays: 2, otherwiseDays: 14 })
    expect(given?.applications['shop']).toEqual({ knownExploitedAfter: { exposedDays: 3, otherwiseDays: 5 } })
    expect(page).toMatch(/id="exploitedExposedDays"[^>]*value="2"/)
    expect(page).toMatch(/id="own-exploitedOtherwiseDays"[^>]*value="5"/)
    expect(textOf(page)).toContain('shop as the fleet 3 or 5 days')
    expect(collector.ctx.store.policy()).toMatchObject({ applications: {} })
    expect(collector.ctx.store.policy()).not.toHaveProperty('knownExploitedAfter')
  })

  it('keeps policies of applications when the fleet gets another', async () => {
    await operator.submit(URL_OF, { scope: 'application', application: 'shop', exposedDays: '7' })
    await operator.submit(URL_OF, { preset: 'relaxed' })

    expect(Object.keys(collector.ctx.store.policy()?.applications ?? {})).toEqual(['shop'])
    expect(collector.ctx.store.policy()?.preset).toBe('relaxed')
  })

  it('says so where the draft is the policy in force', async () => {
    const page = await operator.page(`${URL_OF}?preview=1&preset=default`)

    expect(textOf(page)).toContain('This is the policy in force already.')
    expect(page).not.toContain('Change the policy of')
  })
})
