import { randomUUID } from 'node:crypto'
import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { onceARun } from './once-a-run.ts'

it('what two ask for at the same moment is made once, and is whole for both', async () => {
  const name = randomUUID()
  let times = 0
  const make = async (folder: string): Promise<void> => {
    times += 1
    await new Promise(setImmediate)
    writeFileSync(join(folder, 'made'), '')
  }

  const [first, second] = await Promise.all([onceARun(name, make), onceARun(name, make)])

  expect(times).toBe(1)
  expect(second).toBe(first)
  expect(readdirSync(first)).toEqual(['made'])
})

it('what cannot be made fails for everybody who asks, with the reason, and is not tried again', async () => {
  const name = randomUUID()
  const fail = (): Promise<void> => Promise.reject(new Error('no room left'))
  await expect(onceARun(name, fail)).rejects.toThrow('no room left')

  const again = onceARun(name, () => Promise.resolve())

  await expect(again).rejects.toThrow('no room left')
})

it('a run writes where all of it goes when it ends', () => {
  expect(process.env['TMPDIR']).toMatch(/\/overdue-run-\d+-\w+$/)
  expect(existsSync(process.env['TMPDIR'] ?? '')).toBe(true)
})
