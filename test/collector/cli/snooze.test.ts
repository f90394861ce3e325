import { describe, expect, it } from 'vitest'
import { addServer, askACollector, collector, flagged, json, overdue } from './collector-rig.ts'

askACollector()

const WHY = ['--reason', 'with the deploy']

describe('snooze', () => {
  it('puts servers off, skips who needs nobody, lists them, and ends it', async () => {
    await addServer('web-03', flagged)
    await addServer('web-04')

    const given = await overdue.run(['snooze', 'name:web-*', '--for', '3d', ...WHY])
    const listed = await overdue.run(['snooze'])
    const shown = await overdue.run(['show', 'web-03'])
    const ended = await overdue.run(['snooze', 'name:web-*', '--end', '--json'])

    expect(given.code).toBe(0)
    expect(given.stderr).toMatch(
      /^2 servers: web-03, web-04\nSnoozed 1 server until [\d: -]+UTC\.\nNobody is needed there/,
    )
    expect(listed.stdout).toMatch(/^until [\d: -]+UTC {2}web-03 {2}operator: with the deploy\n$/)
    expect(shown.stdout).toMatch(/^snoozed +until .* by operator: with the deploy$/m)
    expect(json(ended.stdout)).toMatchObject({ ended: [{ name: 'web-03' }] })
    expect(collector.ctx.projection.counts().snoozed).toBe(0)
  })

  it('does nothing with --dry-run, and says 1 where there is nothing to do', async () => {
    await addServer('web-03')

    expect(await overdue.run(['snooze', 'web-03', '--for', '1d', ...WHY, '--dry-run'])).toMatchObject({ code: 0 })
    expect(await overdue.run(['snooze', 'web-03', '--for', '1d', ...WHY])).toMatchObject({ code: 1 })
    expect(await overdue.run(['snooze', 'web-03', '--end'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('not snoozed'),
    })
  })

  it('names what is wrong with its words', async () => {
    const wrong = [
      ['web-03', ...WHY],
      ['web-03', '--for', '3d'],
      ['web-03', '--for', '3d', '--until', '2026-12-04T08:00:00Z', ...WHY],
      ['--for', '3d'],
      ['satte:ok env:x', '--for', '3d', ...WHY],
    ]
    const codes = await Promise.all(wrong.map(async (words) => (await overdue.run(['snooze', ...words])).code))

    expect(codes).toEqual([2, 2, 2, 2, 2])
  })

  it('passes on what the collector says of a time', async () => {
    await addServer('web-03', flagged)

    const answer = await overdue.run(['snooze', 'web-03', '--until', 'Friday', ...WHY])

    expect(answer.code).toBe(2)
    expect(answer.stderr).toContain('is no time such as')
  })
})
