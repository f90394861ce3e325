import { existsSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { ScanAsker, type AskOptions } from '../../../agent/wakeups/ask.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'
import { until } from '../../support/until.ts'

function asking(more: Partial<AskOptions> = {}) {
  const directory = temporaryDirectory()
  const problems: string[] = []
  const clock = { nowMs: 5 }
  const asker = new ScanAsker({
    directory,
    steadyMs: () => clock.nowMs,
    onProblem: ({ message }) => void problems.push(message),
    ...more,
  })
  onTestFinished(() => asker.close())
  return { asker, directory, problems, clock, taken: (name: string) => rmSync(join(directory, name)) }
}

describe('asking for a scan', () => {
  it('leaves an empty file with its name, for nobody else to read', async () => {
    const { asker, directory } = asking()

    await asker.ask('inventory')

    const { size, mode } = statSync(join(directory, 'inventory'))
    expect({ size, mode: mode & 0o777 }).toEqual({ size: 0, mode: 0o600 })
  })

  it('again within the gap waits until the gap is over', async () => {
    const { asker, directory, clock, taken } = asking({ gapMs: 50 })
    await asker.ask('firewall')
    taken('firewall')
    clock.nowMs += 49

    await asker.ask('firewall')
    await asker.ask('firewall')

    expect(readdirSync(directory)).toEqual([])
    await until('it is asked for once more', () => existsSync(join(directory, 'firewall')))
  })

  it('again after the gap is done at once', async () => {
    const { asker, directory, clock, taken } = asking({ gapMs: 50 })
    await asker.ask('firewall')
    taken('firewall')
    clock.nowMs += 50

    await asker.ask('firewall')

    expect(readdirSync(directory)).toEqual(['firewall'])
  })

  it('has a gap of its own for each scan', async () => {
    const { asker, directory } = asking()

    await asker.ask('firewall')
    await asker.ask('processes')

    expect(readdirSync(directory)).toEqual(['firewall', 'processes'])
  })

  it('that still waits to be taken is no trouble', async () => {
    const { asker, directory, problems, clock } = asking()
    await asker.ask('inventory')
    clock.nowMs += 10_000

    await asker.ask('inventory')

    expect(problems).toEqual([])
    expect(readdirSync(directory)).toEqual(['inventory'])
  })

  it('is left alone where no units wait for it', async () => {
    const { asker, problems } = asking({ directory: join(temporaryDirectory(), 'missing') })

    await asker.ask('inventory')

    expect(problems).toEqual([])
  })

  it('tells when it cannot be done', async () => {
    const { asker, problems } = asking({ directory: '/dev/null' })

    await asker.ask('inventory')

    expect(problems).toEqual([expect.stringContaining('ask for a scan of inventory')])
  })
})
