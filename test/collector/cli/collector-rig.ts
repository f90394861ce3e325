// A real collector and the `overdue` command asking it, new for each test of a file.
import { beforeAll, beforeEach, expect } from 'vitest'
import { paths } from '../../../shared/protocol/paths.ts'
import { buildOverdueBundle, OverdueProgram } from '../../support/overdue-program.ts'
import { SteppedClock, TestCollector, type TestServer } from '../../support/test-collector.ts'

export let collector: TestCollector
export let url: string
/** Of an operator. */
export let token: string
export let overdue: OverdueProgram

/** To be called once at the top of a file. */
export function askACollector(): void {
  beforeAll(buildOverdueBundle)
  beforeEach(async () => {
    // Ages are told by the Date header of the answers, which no test sets.
    collector = new TestCollector({ clock: new SteppedClock(Date.now()) })
    url = await collector.listen()
    token = collector.createToken('operator')
    overdue = OverdueProgram.asking(url, token)
    return () => collector.close()
  })
}

export async function addServer(
  name: string,
  change: (server: TestServer) => void = () => undefined,
): Promise<TestServer> {
  const server = await collector.enroll(name)
  change(server)
  await report(server)
  return server
}

export async function report(server: TestServer): Promise<void> {
  const answer = await collector.post(paths.report(), server.credential, server.report.whole())
  expect(answer.statusCode).toBe(200)
}

export const flagged = (server: TestServer): void => server.report.raiseFlag(['linux-image-6.1.0-31-amd64', 'libssl3'])

export const json = (text: string): Record<string, unknown> => JSON.parse(text) as Record<string, unknown>
