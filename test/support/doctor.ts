// What `overdue-agent doctor` finds on a host of a test.
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import type { AgentHost } from './agent-bundle.ts'

export type Check = { name: string; result: string; says: string; fix: string | null }
export type Examined = { code: number | null; result: string; of: (name: string) => Check | undefined }

export async function examineHost(host: AgentHost, ...flags: string[]): Promise<Examined> {
  const { code, stdout } = await host.command(['doctor', '--json', '--root', host.root, ...flags])
  const { result, checks } = JSON.parse(stdout) as { result: string; checks: Check[] }
  return { code, result, of: (name) => checks.find((check) => check.name === name) }
}

/** The port it got; closed when the test is over. */
export async function listenOnLoopback(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return (server.address() as AddressInfo).port
}
