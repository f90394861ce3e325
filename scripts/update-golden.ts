// Rewrites test/golden/HOST.json from the recorded hosts: what `overdue-agent snapshot --root HOST --json` prints.
// Look at the difference before you commit it: that difference is what this program now says of real machines. Brings the
// agent's copy of scripts/examples/hooks/ up to date, too.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { HOOK_TEXTS_MODULE, hookTextsModule } from './hook-texts.ts'
import { goldenFile, GOLDEN_DIRECTORY, recordedHosts, snapshotOf } from '../test/support/golden.ts'

mkdirSync(GOLDEN_DIRECTORY, { recursive: true })
for (const file of readdirSync(GOLDEN_DIRECTORY)) rmSync(`${GOLDEN_DIRECTORY}/${file}`)
for (const { name, directory } of recordedHosts()) {
  writeFileSync(goldenFile(name), await snapshotOf(directory))
  console.error(name)
}
writeFileSync(HOOK_TEXTS_MODULE, hookTextsModule())
