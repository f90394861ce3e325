// Kills the collector a thousand times under load and counts what it had acknowledged and lost: none may be.
//   npm run prove:kill
//   npm run prove:kill -- --kills 100 --servers 50
import { parseArgs } from 'node:util'
import { killUnderLoad } from './kill/kill-under-load.ts'

const SAY_EVERY = 25

const { values } = parseArgs({
  options: { kills: { type: 'string', default: '1000' }, servers: { type: 'string', default: '20' } },
})

const { lost, acknowledgedEach } = await killUnderLoad({
  kills: Number(values.kills),
  servers: Number(values.servers),
  onKill: ({ kill, acknowledged, lost: losses }) => {
    if (kill % SAY_EVERY === 0) console.log(`${kill} kills, ${acknowledged} reports acknowledged, ${losses} lost`)
  },
})
const total = acknowledgedEach.reduce((sum, acks) => sum + acks, 0)
for (const line of lost) console.log(`  LOST ${line}`)
console.log(`${values.kills} kills, ${total} reports acknowledged, ${lost.length} lost`)
process.exitCode = lost.length > 0 || Math.min(...acknowledgedEach) === 0 ? 1 : 0
