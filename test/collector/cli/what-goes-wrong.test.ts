import { describe, expect, it } from 'vitest'
import { OverdueProgram } from '../../support/overdue-program.ts'
import { askACollector, json, overdue, token, url } from './collector-rig.ts'

askACollector()

describe('what goes wrong', () => {
  it.each([
    ['nobody listens', 5, async () => await OverdueProgram.asking('http://127.0.0.1:9', token).run(['summary'])],
    [
      'the token is unknown',
      4,
      async () => await OverdueProgram.asking(url, `ovdt_no_${'x'.repeat(43)}`).run(['summary']),
    ],
    ['a query means nothing', 2, async () => await overdue.run(['list', 'satte:ok'])],
    ['there is nothing there', 1, async () => await overdue.run(['show', `s${'a'.repeat(26)}`])],
    ['the command is not known', 2, async () => await overdue.run(['lits'])],
    ['no command is given', 2, async () => await overdue.run([])],
  ])('when %s the exit code is %i, with a sentence on standard error alone', async (_when, code, act) => {
    const ended = await act()

    expect(ended).toMatchObject({ code, stdout: '' })
    expect(ended.stderr).not.toMatch(/\n {4}at /)
    expect(ended.stderr).not.toBe('')
  })

  it('names the term that is wrong, in words and with --json as the problem of the collector', async () => {
    const told = await overdue.run(['list', 'satte:ok'])
    const document = json((await overdue.run(['list', 'satte:ok', '--json'])).stderr)

    expect(told.stderr).toContain('satte')
    expect(document).toMatchObject({ status: 400, kind: 'invalid-query' })
  })

  it('never shows the token', async () => {
    const ended = await OverdueProgram.asking('http://127.0.0.1:9', token).run(['summary', '--json'])

    expect(ended.stdout + ended.stderr).not.toContain(token)
  })

  it('offers the command that was meant', async () => {
    expect((await overdue.run(['lits'])).stderr).toContain('Did you mean "list"?')
  })
})
