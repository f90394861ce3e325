import { expect, it } from 'vitest'
import { nearest } from '../../shared/nearest.ts'

const KNOWN = ['list', 'login', 'history', 'restart-required', 'ok']

it.each([
  ['list', 'list'],
  ['lits', 'list'],
  ['lst', 'list'],
  ['LIST', 'list'],
  ['histroy', 'history'],
  ['restart-requierd', 'restart-required'],
  ['o', 'ok'],
  ['lisboa', null],
  ['xx', null],
  ['', null],
  ['l'.repeat(1_000_000), null],
])('the word nearest to %.20s is %s', (word, meant) => {
  expect(nearest(word, KNOWN)).toBe(meant)
})
