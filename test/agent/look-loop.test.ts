import { describe, expect, it, onTestFinished } from 'vitest'
import { LookLoop, type LookPorts } from '../../agent/look-loop.ts'
import type { Look } from '../../agent/take-snapshot.ts'
import { observed } from '../../shared/sections/section.ts'
import type { SectionName } from '../../shared/sections/names.ts'
import { reading, snapshotOf } from '../support/section-readings.ts'
import { until } from '../support/until.ts'

/** A look loop over readings a test can change. Its clock stands still unless the test moves it; every wait ends at once. */
function looking(packages: { list: string[]; busy: boolean; unchanged: boolean }) {
  const asked: (readonly SectionName[])[] = []
  const published: string[][] = []
  const troubles: unknown[] = []
  let nowMs = 0
  let isFailing = false
  const read = async (names: readonly SectionName[]): Promise<Look> => {
    asked.push(names)
    if (isFailing) {
      isFailing = false
      throw new Error('a bug in a look')
    }
    const { sections } = snapshotOf({ packages: reading(observed(packages.list)) })
    const wanted = Object.entries(sections).filter(([name]) => names.includes(name as SectionName))
    const seen = packages.busy || packages.unchanged ? wanted.filter(([name]) => name !== 'packages') : wanted
    return {
      takenAtUptimeMs: 0,
      sections: Object.fromEntries(seen),
      busy: packages.busy && names.includes('packages') ? ['packages'] : [],
    }
  }
  const ports: LookPorts = {
    read,
    runMarker: '1'.repeat(32),
    enterBoot: async () => undefined,
    keepMemory: () => undefined,
    publish: ({ snapshot }) =>
      void published.push((snapshot.sections.packages?.section.value as string[] | undefined) ?? []),
    onTrouble: (error) => void troubles.push(error),
    nowMs: () => nowMs,
    steadyMs: () => nowMs,
  }
  const loop = new LookLoop(ports, null)
  const ended = new AbortController()
  const running = loop.run(ended.signal)
  onTestFinished(async () => {
    ended.abort()
    await running
  })
  const failNext = (): void => {
    isFailing = true
  }
  return { asked, published, troubles, loop, failNext, advance: (ms: number) => (nowMs += ms) }
}

describe('packages', () => {
  it('that did not change stay as they were read', async () => {
    const packages = { list: ['a:all=1'], busy: false, unchanged: false }
    const { loop, published } = looking(packages)
    await loop.lookAfresh()
    packages.unchanged = true
    await loop.lookAfresh()

    expect(published.length).toBeGreaterThan(1)
    expect(published.at(-1)).toEqual(['a:all=1'])
  })

  it('that changed may have brought a kernel: it is read again', async () => {
    const packages = { list: ['a:all=1'], busy: false, unchanged: false }
    const { loop, asked } = looking(packages)
    await loop.lookAfresh()
    packages.list = ['a:all=2']
    const looks = asked.length
    await loop.lookAfresh()
    await until('another look', () => asked.length > looks + 1)

    expect(asked[looks + 1]).toEqual(['kernel'])
  })

  it('that are being written are looked at again after three seconds, not after thirty', async () => {
    const packages = { list: ['a:all=1'], busy: false, unchanged: false }
    const { loop, asked, advance } = looking(packages)
    await loop.lookAfresh()
    packages.busy = true
    await loop.lookAfresh()
    const looks = asked.length
    advance(2_999)
    loop.wake('sentinel')
    await until('a look before its time', () => asked.length > looks)
    const early = asked.slice(looks)
    advance(1)
    loop.wake('sentinel')

    await until('a look in time', () => asked.slice(looks).some((names) => names.includes('packages')))
    expect(early.flat()).not.toContain('packages')
  })
})

describe('a fresh look', () => {
  it('is one for all who ask before it begins, and one more for those who ask meanwhile', async () => {
    const { loop, asked } = looking({ list: ['a:all=1'], busy: false, unchanged: false })
    await loop.lookAfresh()
    const before = asked.length
    await Promise.all(Array.from({ length: 50 }, () => loop.lookAfresh()))

    expect(asked.length - before).toBeLessThanOrEqual(2)
  })

  it('that fails answers nobody; the one after it does', async () => {
    const packages = { list: ['a:all=1'], busy: false, unchanged: false }
    const { loop, published, failNext, troubles } = looking(packages)
    await loop.lookAfresh()
    packages.list = ['a:all=2']
    failNext()
    await loop.lookAfresh()

    expect(troubles).toHaveLength(1)
    expect(published.at(-1)).toEqual(['a:all=2'])
  })
})
