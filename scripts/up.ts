// The main job on this machine: build, one collector, one agent, and where to look. Runs until Ctrl-C.
import { existsSync } from 'node:fs'
import { once } from 'node:events'
import { build } from './build.ts'
import { startAgent, waitForReport, type LocalAgent } from './local/agent.ts'
import { createJoinKey, startCollector } from './local/collector.ts'
import { agentDirectory, parseUpOptions, UP_HELP, UsageError, type UpOptions } from './local/options.ts'
import { BUNDLED } from './local/programs.ts'

const tell = (line: string) => process.stderr.write(`${line}\n`)

async function up(options: UpOptions, stopped: Promise<unknown>): Promise<void> {
  tell('building ...')
  await build()
  const collector = await startCollector(BUNDLED, options.dataDirectory, options.port, tell)
  let agent: LocalAgent | null = null
  try {
    const joinKey = createJoinKey(BUNDLED, options.dataDirectory)
    if (options.agent) {
      const settings = { directory: agentDirectory(options), root: options.root, url: collector.url, joinKey }
      agent = startAgent(BUNDLED, settings, tell)
      await Promise.race([waitForReport(collector.url, collector.token, agent.serverId), agent.process.failed, stopped])
    }
    announce(options, { url: collector.url, token: collector.token, serverId: agent?.serverId ?? null, joinKey })
    await Promise.race([stopped, collector.process.failed, ...(agent === null ? [] : [agent.process.failed])])
  } finally {
    await agent?.process.stop()
    await collector.process.stop()
  }
}

type Ready = { url: string; token: string; serverId: string | null; joinKey: string }

function announce(options: UpOptions, ready: Ready): void {
  if (options.json) {
    process.stdout.write(`${JSON.stringify(ready)}\n`)
    return
  }
  const flag = options.root === null ? '/run/reboot-required' : `${options.root}/run/reboot-required`
  process.stdout.write(
    [
      '',
      `  Overdue   ${ready.url}`,
      `  token     ${ready.token}`,
      ...(ready.serverId === null ? [] : [`  server    ${ready.url}/servers/${ready.serverId}`]),
      '',
      ...(ready.serverId === null ? [] : [`  Try it:   ${existsSync(flag) ? 'rm' : 'touch'} ${flag}`]),
      '  Ctrl-C stops everything.',
      '',
    ].join('\n'),
  )
}

async function main(): Promise<void> {
  const stopped = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])
  try {
    const options = parseUpOptions(
      process.argv.slice(2),
      process.env,
      process.env['OVERDUE_INVOKED_FROM'] ?? process.cwd(),
    )
    if (options === 'help') process.stdout.write(UP_HELP)
    else await up(options, stopped)
  } catch (error) {
    tell(`error: ${(error as Error).message}`)
    process.exitCode = error instanceof UsageError ? 2 : 1
  }
}

await main()
// A pending `once` of a signal must not keep the process alive after an error.
process.exit()
