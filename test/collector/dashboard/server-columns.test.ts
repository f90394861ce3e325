import { describe, expect, it } from 'vitest'
import { columnsParameter, readColumns, USUAL_COLUMNS } from '../../../collector/dashboard/server-columns.ts'

const namesOf = (given: unknown) => readColumns(given).shown.map(([name]) => name)

describe('the columns of an address', () => {
  it.each([undefined, '', ' , ', ['', '']])('are the usual ones for %j', (given) => {
    expect(readColumns(given)).toEqual(USUAL_COLUMNS)
    expect(columnsParameter(readColumns(given))).toEqual({})
  })

  it.each([
    ['tags,kernel', ['state', 'server', 'kernel', 'tags']],
    [
      ['server', 'why', 'os'],
      ['state', 'server', 'why', 'os'],
    ],
    ['server', ['state', 'server']],
    [' why , why ', ['state', 'server', 'why']],
  ])('%j says which are shown, in the order of the table', (given, names) => {
    expect(namesOf(given)).toEqual(names)
  })

  it.each(['kernel,tags', 'server', 'app,env,why,os,address'])('%s comes back as what shows the same', (given) => {
    const columns = readColumns(given)

    expect(readColumns(columnsParameter(columns).cols)).toEqual(columns)
    expect(columns.areUsual).toBe(false)
  })

  it('need no parameter where all the usual ones are named', () => {
    const named = USUAL_COLUMNS.shown.map(([name]) => name).toReversed()

    expect(readColumns(named)).toEqual(USUAL_COLUMNS)
  })

  it.each([
    ['kernle', 'cols: "kernle" is no column; did you mean kernel.'],
    ['why,COLOUR', /^cols: "COLOUR" is no column; known are state, server, app, .*, os\.$/],
    ['x'.repeat(500), /^cols: "x{40}…" is no column; known are /],
  ])('that do not exist are named, with the fix: %s', (given, problem) => {
    expect(readColumns(given).problem).toEqual(expect.stringMatching(problem))
  })

  it('that do not exist leave the others as they are asked for', () => {
    expect(namesOf('kernel,colour')).toEqual(['state', 'server', 'kernel'])
    expect(readColumns('colour').shown).toEqual(USUAL_COLUMNS.shown)
  })
})
