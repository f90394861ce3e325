import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, describe, expect, it } from 'vitest'
import { readChain } from '../../../collector/store/audit-chain.ts'
import { openSqliteStore } from '../../../collector/store/sqlite-store.ts'
import type { Store } from '../../../collector/store/store.ts'
import { DEFAULT_POLICY } from '../../../shared/judgement/policy.ts'

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

const clock = { now: () => 1_000 }

class Folder {
  readonly directory = mkdtempSync(join(tmpdir(), 'overdue-audit-'))
  readonly file = join(this.directory, 'audit.log')
  constructor() {
    folders.push(this.directory)
  }
  open(mode: 'serve' | 'admin' = 'serve'): Store {
    return openSqliteStore({ directory: this.directory, clock, mode })
  }
  /** Four lines of audit, one of them from beside. */
  fill(): void {
    const store = this.open()
    const beside = this.open('admin')
    for (const [index, by] of [store, store, beside, store].entries()) note(by, `step-${index}`)
    beside.close()
    store.close()
  }
  text(): string {
    return readFileSync(this.file, 'utf8')
  }
  lines(): string[] {
    return this.text().trimEnd().split('\n')
  }
}

function note(store: Store, action: string): void {
  store.savePolicy(DEFAULT_POLICY, { at: 1_000, actor: 'test', action, subject: 'policy', detail: { b: 1, a: ['ü'] } })
}

describe('audit.log', () => {
  it('holds every line in order, whoever wrote it, for its owner alone', () => {
    const folder = new Folder()
    folder.fill()

    const { records } = readChain(folder.text())

    expect(records?.map(({ id, action }) => `${id} ${action}`)).toEqual([
      '1 step-0',
      '2 step-1',
      '3 step-2',
      '4 step-3',
    ])
    expect(statSync(folder.file).mode & 0o777).toBe(0o600)
  })

  it('follows what happens inside a transaction, once it is committed', async () => {
    const folder = new Folder()
    const store = folder.open()
    const entry = { at: 5, actor: 'test', action: 'inside', subject: 's', detail: {} }
    await store.transact((tx) => tx.appendAudit(entry))

    expect(readChain(folder.text()).records).toMatchObject([entry])
    store.close()
  })

  it.each([
    ['a letter changed', (lines: string[]) => [lines[0], lines[1]?.replace('test', 'tess'), ...lines.slice(2)], 2],
    ['the last line changed', (lines: string[]) => [...lines.slice(0, 3), lines[3]?.replace('step-3', 'step-9')], 4],
    ['a line taken away', (lines: string[]) => lines.filter((_, index) => index !== 1), 2],
    ['the first line taken away', (lines: string[]) => lines.slice(1), 1],
    ['a line twice', (lines: string[]) => [...lines, lines[3]], 5],
    ['two lines in another order', (lines: string[]) => [lines[0], lines[2], lines[1], lines[3]], 2],
    ['something else in it', (lines: string[]) => [...lines, '{}'], 5],
  ])('shows %s', (_what, forge, line) => {
    const folder = new Folder()
    folder.fill()

    const { fault } = readChain(`${forge(folder.lines()).join('\n')}\n`)

    expect(fault?.line).toBe(line)
  })

  it('is completed after a crash that left half a line', () => {
    const folder = new Folder()
    folder.fill()
    const whole = folder.text()
    truncateSync(folder.file, whole.length - 20)

    folder.open().close()

    expect(folder.text()).toBe(whole)
  })

  it('is written anew, the same, where it is missing', () => {
    const folder = new Folder()
    folder.fill()
    const whole = folder.text()
    rmSync(folder.file)

    folder.open().close()

    expect(folder.text()).toBe(whole)
  })

  it('finds its last line when that is very long', () => {
    const folder = new Folder()
    const store = folder.open()
    const detail = { text: 'x'.repeat(200_000) }
    store.savePolicy(DEFAULT_POLICY, { at: 1, actor: 'test', action: 'long', subject: 'policy', detail })
    note(store, 'after')
    store.close()

    expect(readChain(folder.text()).records).toHaveLength(2)
  })

  it('keeps a database from being served that knows less than it', () => {
    const folder = new Folder()
    folder.fill()
    const database = new DatabaseSync(join(folder.directory, 'overdue.db'))
    database.exec('DELETE FROM audit WHERE id > 2')
    database.close()

    expect(() => folder.open()).toThrow(/knows? of what|does not know.*restore FILE/s)
    expect(() => folder.open('admin')).toThrow(/restore FILE/)
    rmSync(folder.file)
    folder.open().close()
  })

  it('says so when its last line is no line', () => {
    const folder = new Folder()
    folder.fill()
    appendFileSync(folder.file, 'nonsense\n')

    expect(() => folder.open()).toThrow(/last line of .* is damaged/)
    writeFileSync(folder.file, '')
    folder.open().close()
  })
})
