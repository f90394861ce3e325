// docs/reference/overdue.md, held against the code.
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { CONNECTION_FLAGS } from '../../../collector/cli/command.ts'
import { COMMANDS } from '../../../collector/cli/commands.ts'
import { EXIT } from '../../../collector/cli/io.ts'

const text = readFileSync('docs/reference/overdue.md', 'utf8')
const firstCells = text.split('\n').flatMap((line) => /^\| `([^`]+)`/.exec(line)?.[1] ?? [])

describe('docs/reference/overdue.md', () => {
  it('lists every command, and no other', () => {
    const documented = firstCells.filter((cell) => cell.startsWith('overdue ')).map((cell) => cell.split(' ')[1])

    expect(documented).toEqual(Object.keys(COMMANDS))
  })

  it('lists every exit code, and no other', () => {
    expect(firstCells.filter((cell) => /^\d+$/.test(cell)).map(Number)).toEqual(Object.values(EXIT))
  })

  it('names every flag that says which collector', () => {
    expect(Object.keys(CONNECTION_FLAGS).filter((flag) => !text.includes(`\`--${flag}\``))).toEqual([])
  })
})

describe('the help of every command', () => {
  it.each(Object.entries(COMMANDS))('%s begins with examples and names every flag', async (name, { load }) => {
    const { help, flags } = await load()
    const [first, example] = help.split('\n')

    expect([first, example?.trim().startsWith(`overdue ${name}`)]).toEqual(['Examples', true])
    expect(Object.keys(flags).filter((flag) => flag !== 'no-color' && !help.includes(`--${flag}`))).toEqual([])
  })
})
