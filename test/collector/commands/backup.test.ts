// `backup` for somebody who watches: how far it is, and Ctrl-C. What a backup holds is tested with `restore`.
import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { backupBeside } from '../../../collector/commands/backup-beside.ts'
import type { Io } from '../../../collector/commands/command.ts'
import { runCommandLine } from '../../../collector/commands/run-command-line.ts'
import { runCollector } from '../../support/spawned-collector.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'

const SELF = [process.execPath, 'collector/main.ts']

let folder: string
let data: string
let file: string
let drawn: string[]
let told: string[]
beforeEach(async () => {
  folder = temporaryDirectory()
  data = join(folder, 'data')
  file = join(folder, 'backup.db')
  drawn = []
  told = []
  await runCollector(['token', 'create', '--data-dir', data])
  writeFileSync(join(folder, 'none.toml'), '')
})

const terminal = (stopped: Promise<number> = new Promise(() => {})): Io => ({
  environment: { OVERDUE_CONFIG: join(folder, 'none.toml') },
  out: (text) => void told.push(text),
  tell: (text) => void told.push(text),
  redraw: (text) => void drawn.push(text),
  self: SELF,
  stopped,
})
const beside = (io: Io) => {
  const command = [...SELF, 'backup', file, '--data-dir', data, '--json']
  return backupBeside(io, { command, directory: data, file, quietMs: 0 })
}

describe('a backup somebody waits for', () => {
  it('shows how far it is, and takes the line away', async () => {
    const { code, stdout } = await beside(terminal())

    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ file, servers: 0 })
    expect(drawn[0]).toMatch(/^Writing \[[# ]{20}\] \d+ of \d+ MiB$/)
    expect(drawn.at(-1)).toBe('')
  })

  it('ends with 130 at Ctrl-C, and leaves nothing unfinished behind', async () => {
    const { code } = await beside(terminal(Promise.resolve(130)))

    expect(code).toBe(130)
    expect(readdirSync(folder).toSorted()).toEqual(['data', 'none.toml'])
  })
})

describe('backup on a terminal', () => {
  const run = (...flags: string[]) => runCommandLine(['backup', file, '--data-dir', data, ...flags], terminal())

  it('says what it wrote, as it does without one', async () => {
    expect(await run()).toBe(0)
    expect(told).toEqual([expect.stringMatching(/backup\.db: 0 servers, [\d,]+ bytes, checked\.$/)])
    expect(existsSync(file)).toBe(true)
  })

  it('answers one JSON document with --json', async () => {
    expect(await run('--json')).toBe(0)
    expect(told.map((text) => JSON.parse(text) as unknown)).toMatchObject([{ file, servers: 0 }])
  })

  it('says why it cannot, with the exit code of that', async () => {
    writeFileSync(file, 'mine')

    expect(await run()).toBe(1)
    expect(told.join('\n')).toContain('is there already')
  })
})
