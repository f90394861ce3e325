// Flag created on a host -> its row on an open page says so, with the real agent, the real collector and a real browser;
// how much of a processor that takes the page; and whether anything else on it moves.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { BrowserContext, CDPSession, Page } from 'playwright-core'
import { startAgent, waitForReport } from '../../local/agent.ts'
import type { LocalCollector } from '../../local/collector.ts'
import type { Programs } from '../../local/programs.ts'

/** Longer than a page waits between two reads, as flags of one host are. */
const APART_MS = 3_000
/** By then the row has been painted. */
const PAINTED_MS = 250
/** Ninety of the seeded servers stand on the page beside the one that changes. */
const NEIGHBOURS = Array.from({ length: 9 }, (_, ten) => `server-0000${ten}`)

/** `folder`: the collector's; the host's and the agent's are made in it. */
type Setting = { programs: Programs; collector: LocalCollector; folder: string; joinKey: string; samples: number }

/**
 * `rowMs`: each time from the flag to its row. `cpuMs`: what the page's thread worked from a change to a while after it is
 * shown, less what it works in that time anyway. `shift`: what moved in all this.
 */
export type LiveUpdates = { rowMs: number[]; cpuMs: number[]; shift: number }

export async function flagToRow(
  context: BrowserContext,
  { programs, collector, folder, joinKey, samples }: Setting,
): Promise<LiveUpdates> {
  const root = join(folder, 'host')
  mkdirSync(join(root, 'run'), { recursive: true })
  const flag = join(root, 'run', 'reboot-required')
  rmSync(flag, { force: true })
  const directory = join(folder, 'agent')
  const agent = startAgent(programs, { directory, root, url: collector.url, joinKey }, () => {})
  const page = await context.newPage()
  try {
    await waitForReport(collector.url, collector.token, agent.serverId)
    const name = await nameOf(collector, agent.serverId)
    await page.goto(`${collector.url}/?${new URLSearchParams({ q: [...NEIGHBOURS, name].join(',') }).toString()}`)
    await page.locator('#live[data-state=live]').waitFor()
    const worked = await workOf(page)
    const found: LiveUpdates = { rowMs: [], cpuMs: [], shift: 0 }
    for (let sample = 0; sample < samples; sample++) {
      const idleMs = await worked(() => sleep(PAINTED_MS))
      await sleep(APART_MS)
      const set = async () => void found.rowMs.push(await once(page, agent.serverId, () => writeFileSync(flag, '')))
      found.cpuMs.push(Math.max(0, (await worked(set)) - idleMs))
      await sleep(APART_MS)
      await once(page, agent.serverId, () => rmSync(flag))
    }
    found.shift = await page.evaluate<number>('vitals.shift')
    for (const what of await page.evaluate<string[]>('vitals.moved')) console.error(`moved: ${what}`)
    return found
  } finally {
    await page.close()
    await agent.process.stop()
  }
}

async function once(page: Page, id: string, change: () => void): Promise<number> {
  const shown = await awaitChange(page, id)
  const startedAt = performance.now()
  change()
  await shown()
  const took = performance.now() - startedAt
  await sleep(PAINTED_MS)
  return took
}

/** Told by the browser itself: looking again and again would be part of what is measured. */
async function awaitChange(page: Page, id: string): Promise<() => Promise<unknown>> {
  await page.evaluate((key) => {
    const says = () => document.querySelector(`[data-rows] > [data-key="${key}"] .state`)?.textContent
    const before = says()
    const shown = new Promise<void>((resolve) => {
      const observer = new MutationObserver(() => {
        if (says() === before) return
        observer.disconnect()
        requestAnimationFrame(() => resolve())
      })
      observer.observe(document.body, { subtree: true, childList: true })
    })
    Object.assign(globalThis, { shown })
  }, id)
  return () => page.evaluate('shown')
}

/** Processor time in ms that the page's own thread takes while `work` goes on. */
async function workOf(page: Page): Promise<(work: () => Promise<void>) => Promise<number>> {
  const session = await page.context().newCDPSession(page)
  await session.send('Performance.enable', { timeDomain: 'threadTicks' })
  return async (work) => {
    const before = await taskMs(session)
    await work()
    return (await taskMs(session)) - before
  }
}

async function taskMs(session: CDPSession): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics')
  return 1_000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN)
}

async function nameOf({ url, token }: LocalCollector, id: string): Promise<string> {
  const answer = await fetch(`${url}/api/v1/servers/${id}`, { headers: { authorization: `Bearer ${token}` } })
  return ((await answer.json()) as { name: string }).name
}
