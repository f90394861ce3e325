// Working on the code: a collector and three recorded hosts, unbuilt. Copies of the recordings, so that a touched flag
// dirties nothing. Restart it after a change; it starts in two seconds.
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startAgent } from './local/agent.ts'
import { createJoinKey, startCollector } from './local/collector.ts'
import { UNBUILT } from './local/programs.ts'

const HOSTS = ['debian-12-clean', 'debian-12-kernel-pending', 'ubuntu-24.04-libc6-and-kernel']

const tell = (line: string) => process.stderr.write(`${line}\n`)
const stopped = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])
const folder = mkdtempSync(join(tmpdir(), 'overdue-dev-'))
const collector = await startCollector(UNBUILT, folder, Number(process.env['PORT'] ?? 8480), tell)
const joinKey = createJoinKey(UNBUILT, folder)
const agents = HOSTS.map((host) => {
  const root = join(folder, 'hosts', host)
  cpSync(join('test/fixtures/hosts', host), root, { recursive: true, verbatimSymlinks: true })
  return startAgent(UNBUILT, { directory: join(folder, 'agents', host), root, url: collector.url, joinKey }, tell)
})

process.stdout.write(`\n  ${collector.url}   token ${collector.token}\n`)
for (const host of HOSTS) process.stdout.write(`  touch ${join(folder, 'hosts', host, 'run/reboot-required')}\n`)
await stopped
await Promise.all(agents.map((agent) => agent.process.stop()))
await collector.process.stop()
rmSync(folder, { recursive: true, force: true })
process.exit()
