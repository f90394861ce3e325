// Flag created on a host -> its row on an open page says so, with the real agent, the real collector and a real browser.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { BrowserContext, Page } from 'playwright-core'
import { startAgent, waitForReport } from '../../local/agent.ts'
import { createJoinKey, type LocalCollector } from '../../local/collector.ts'
import type { Programs } from '../../local/programs.ts'

/** Longer than a page waits between two reads, as flags of one host are. */
const APART_MS = 3_000

/** `folder`: the collector's; the host's and the agent's are made in it. */
type Setting = { programs: Programs; collector: LocalCollector; folder: string; samples: number }

/** Returns a time in ms for each sample. */
export async function flagToRow(
  context: BrowserContext,
  { programs, collector, folder, samples }: Setting,
): Promise<number[]> {
  const root = join(folder, 'host')
  mkdirSync(join(root, 'run'), { recursive: true })
  const flag = join(root, 'run', 'reboot-required')
  const joinKey = createJoinKey(programs, folder)
  const directory = join(folder, 'agent')
  const agent = startAgent(programs, { directory, root, url: collector.url, joinKey }, () => {})
  const page = await context.newPage()
  try {
    await waitForReport(collector.url, collector.token, agent.serverId)
    await page.goto(
      `${collector.url}/?${new URLSearchParams({ q: await nameOf(collector, agent.serverId) }).toString()}`,
    )
    await page.locator('#live[data-state=live]').waitFor()
    const times: number[] = []
    for (let sample = 0; sample < samples; sample++) times.push(await once(page, agent.serverId, flag))
    return times
  } finally {
    await page.close()
    await agent.process.stop()
  }
}

async function once(page: Page, id: string, flag: string): Promise<number> {
  const startedAt = performance.now()
  writeFileSync(flag, '')
  await shows(page, id, true)
  const took = performance.now() - startedAt
  await sleep(APART_MS)
  rmSync(flag)
  await shows(page, id, false)
  await sleep(APART_MS)
  return took
}

/** Looks before every picture the browser paints. */
function shows(page: Page, id: string, isRequired: boolean): Promise<unknown> {
  const isShown = ([key, wanted]: readonly [string, boolean]) => {
    const row = document.querySelector(`[data-rows] > [data-key="${key}"]`)
    return row?.textContent?.includes('Restart required') === wanted
  }
  return page.waitForFunction(isShown, [id, isRequired] as const, { polling: 'raf' })
}

async function nameOf({ url, token }: LocalCollector, id: string): Promise<string> {
  const answer = await fetch(`${url}/api/v1/servers/${id}`, { headers: { authorization: `Bearer ${token}` } })
  return ((await answer.json()) as { name: string }).name
}
