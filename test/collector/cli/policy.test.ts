import { describe, expect, it } from 'vitest'
import { addServer, askACollector, collector, flagged, json, overdue } from './collector-rig.ts'

askACollector()

describe('policy', () => {
  const staleAfter = () => collector.ctx.policy().staleAfter

  it('shows the policy in force and the presets', async () => {
    const { code, stdout } = await overdue.run(['policy', 'show'])

    expect(code).toBe(0)
    expect(stdout).toMatch(/^stale after +14 d when exposed, otherwise 30 d$/m)
    expect(stdout).toMatch(/^cyber-essentials +14 d +14 d/m)
    expect(json((await overdue.run(['policy', 'show', '--json'])).stdout)).toMatchObject({
      policy: { preset: 'default' },
    })
  })

  it('previews what would change, and changes nothing', async () => {
    await addServer('web-03', flagged)
    const { code, stdout } = await overdue.run(['policy', 'preview', '--otherwise-days', '7'])

    expect(code).toBe(0)
    expect(stdout).toContain('otherwise 7 d')
    expect(stdout).toContain('No server would be judged differently.')
    expect(staleAfter()).toEqual({ exposedDays: 14, otherwiseDays: 30 })
  })

  it('sets what flags name and leaves the rest', async () => {
    const first = await overdue.run(['policy', 'set', '--silent-after', '30m', '--yes'])
    const second = await overdue.run(['policy', 'set', '--exposed-days', '7', '--yes'])
    const { policy } = json((await overdue.run(['policy', 'show', '--json'])).stdout)

    expect([first.code, second.code]).toEqual([0, 0])
    expect(policy).toMatchObject({ silentAfter: '30m', staleAfter: { exposedDays: 7, otherwiseDays: 30 } })
  })

  it('sets days for what is known to be exploited, and lets a preset bring its own', async () => {
    const exploited = () => collector.ctx.policy().knownExploitedAfter
    await overdue.run(['policy', 'set', '--known-exploited-exposed-days', '1', '--yes'])
    const set = exploited()
    await overdue.run(['policy', 'set', '--silent-after', '20m', '--yes'])
    const kept = exploited()
    await overdue.run(['policy', 'set', '--app', 'shop', '--preset', 'essential-eight', '--yes'])
    const own = collector.ctx.policy().applications['shop']
    const { stdout } = await overdue.run(['policy', 'show'])
    await overdue.run(['policy', 'set', '--preset', 'relaxed', '--yes'])

    expect([set, kept]).toEqual([set, { exposedDays: 1, otherwiseDays: 14 }])
    expect(own?.knownExploitedAfter).toEqual({ exposedDays: 2, otherwiseDays: 2 })
    expect(stdout).toMatch(/^known exploited +stale after 1 d when exposed, otherwise 14 d$/m)
    expect(stdout).toMatch(/^app shop .*known exploited after 2 d when exposed, otherwise 2 d$/m)
    expect(exploited()).toBeUndefined()
  })

  it('gives one application thresholds of its own, and takes them away', async () => {
    await overdue.run(['policy', 'set', '--app', 'shop', '--unknown-exposure-counts', 'true', '--yes'])
    const own = await overdue.run(['policy', 'set', '--app', 'shop', '--otherwise-days', '3', '--yes', '--json'])
    await overdue.run(['policy', 'set', '--app', 'shop', '--as-fleet', '--yes'])

    expect(json(own.stdout)).toMatchObject({
      applied: true,
      policy: {
        applications: { shop: { staleAfter: { exposedDays: 14, otherwiseDays: 3 }, unknownExposureCounts: true } },
      },
    })
    expect(collector.ctx.policy().applications).toEqual({})
  })

  it.each([
    [['policy'], 'show|preview|set'],
    [['policy', 'sett'], 'Did you mean "set"?'],
    [['policy', 'set'], 'Say what to change'],
    [['policy', 'show', '--exposed-days', '3'], 'changes nothing'],
    [['policy', 'set', '--exposed-days', '3'], 'give --yes'],
    [['policy', 'set', '--preset', 'relax', '--yes'], '--preset: there is no "relax"'],
    [['policy', 'set', '--silent-after', 'soon', '--yes'], 'silentAfter'],
    [['policy', 'set', '--app', 'x', '--silent-after', '1h', '--yes'], 'of the whole fleet'],
    [['policy', 'set', '--as-fleet', '--yes'], '--as-fleet needs --app'],
    [['policy', 'set', '--unknown-exposure-counts', 'maybe', '--yes'], 'write true or false'],
  ])('refuses %j', async (args, why) => {
    const { code, stdout, stderr } = await overdue.run(args)

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(why)
    expect(staleAfter()).toEqual({ exposedDays: 14, otherwiseDays: 30 })
  })
})
