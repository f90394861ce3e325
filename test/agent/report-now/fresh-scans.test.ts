import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { FreshScans } from '../../../agent/report-now/fresh-scans.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'
import { until } from '../../support/until.ts'

function scanning({ hasAsks = true }: { hasAsks?: boolean } = {}) {
  const directory = temporaryDirectory()
  const [factsDirectory, askDirectory] = [join(directory, 'facts'), join(directory, 'ask')]
  mkdirSync(factsDirectory)
  if (hasAsks) mkdirSync(askDirectory)
  let nowMs = 0
  const scans = new FreshScans({
    factsDirectory,
    askDirectory,
    names: ['firewall', 'inventory'],
    unawaited: ['updates'],
    ask: async (name) => writeFileSync(join(askDirectory, name), ''),
    uptimeMs: () => 50_000,
    steadyMs: () => nowMs,
  })
  const leave = (name: string, facts: object): void => {
    writeFileSync(join(directory, 'new'), JSON.stringify(facts))
    renameSync(join(directory, 'new'), join(factsDirectory, `${name}.json`))
  }
  return {
    scans,
    leave,
    asked: () => readdirSync(askDirectory),
    isAsked: () => until('both are asked', () => readdirSync(askDirectory).length === 2),
    take: (name: string) => rmSync(join(askDirectory, name)),
    advance: (ms: number) => {
      nowMs += ms
    },
  }
}

it('an answer that began after the question is waited for, and no older one taken for it', async () => {
  const { scans, leave, isAsked } = scanning()
  leave('firewall', { readUptimeMs: 1_000 })
  const fresh = scans.scan(60_000)
  await isAsked()
  leave('inventory', {})
  leave('firewall', { readUptimeMs: 49_000 })
  const early = await Promise.race([fresh, new Promise((resolve) => setTimeout(resolve, 300, 'waiting'))])
  leave('firewall', { readUptimeMs: 50_010, much: 'more' })

  expect(early).toBe('waiting')
  expect(await fresh).toEqual([
    { name: 'firewall', ageMs: expect.any(Number) as number, missing: null },
    { name: 'inventory', ageMs: expect.any(Number) as number, missing: null },
    { name: 'updates', ageMs: null, missing: null },
  ])
})

it('the scan of updates is asked when the others have answered, and not waited for', async () => {
  const { scans, leave, isAsked, take, asked } = scanning()
  leave('updates', { readUptimeMs: 1 })
  const fresh = scans.scan(60_000)
  await isAsked()
  expect(asked()).toEqual(['firewall', 'inventory'])
  for (const name of ['firewall', 'inventory']) {
    take(name)
    leave(name, { readUptimeMs: 50_000 })
  }

  expect((await fresh).at(-1)).toEqual({ name: 'updates', ageMs: expect.any(Number) as number, missing: null })
  expect(asked()).toEqual(['updates'])
})

it('what did not come is named, with where to look', async () => {
  const { scans, leave, isAsked, take, advance } = scanning()
  leave('inventory', {})
  const fresh = scans.scan(300)
  await isAsked()
  take('inventory')
  advance(300)

  expect(await fresh).toEqual([
    { name: 'firewall', ageMs: null, missing: expect.stringContaining('overdue-scan-firewall.path') as string },
    {
      name: 'inventory',
      ageMs: expect.any(Number) as number,
      missing: expect.stringContaining('journalctl') as string,
    },
    { name: 'updates', ageMs: null, missing: null },
  ])
})

it('where nobody scans nobody is waited for', async () => {
  const { scans } = scanning({ hasAsks: false })

  expect((await scans.scan(60_000)).map(({ missing }) => missing)).toEqual([
    'nobody scans on this host',
    'nobody scans on this host',
    null,
  ])
})

it('ages are told without asking', async () => {
  const { scans, leave } = scanning({ hasAsks: false })
  leave('firewall', { readUptimeMs: 1 })

  expect(await scans.ages()).toEqual([
    { name: 'firewall', ageMs: expect.any(Number) as number, missing: null },
    { name: 'inventory', ageMs: null, missing: null },
    { name: 'updates', ageMs: null, missing: null },
  ])
})
