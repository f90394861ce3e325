// All agents of the herd, in a process of their own. Arguments: url, file with the herd, ms over which they
// start, how many times sooner than usual they try again.
// Tells its parent twice a second how its requests were answered.
import { readFileSync } from 'node:fs'
import { LightAgent, type Tally } from './light-agent.ts'
import type { Herd } from './seed-herd.ts'

const TELL_MS = 500

const [url = '', herdFile = '', startOverMs = '0', hurry = '1'] = process.argv.slice(2)
const { servers, epoch } = JSON.parse(readFileSync(herdFile, 'utf8')) as Herd
const tally: Tally = { statuses: {}, failures: 0, answersToAsks: 0 }

servers.forEach((server, n) => {
  const startInMs = (n / servers.length) * Number(startOverMs)
  new LightAgent(server, new URL(url), tally, { epoch, hurry: Number(hurry) }).start(startInMs)
})
setInterval(() => process.send?.(tally), TELL_MS)
process.on('disconnect', () => process.exit())
