import { describe, expect, it } from 'vitest'
import { packageEvents } from '../../../collector/ingest/package-changes.ts'

const BEFORE = [
  'bash:amd64=5.2-1',
  'libc6:amd64=2.36-9',
  'libc6:i386=2.36-9',
  'nginx:amd64=1.22-9 hold',
  'vim:amd64=9.0',
]

describe('what changed between two lists of packages', () => {
  it('is told by kind, with the versions before and after', () => {
    const after = [
      'bash:amd64=5.1-2',
      'libc6:amd64=2.36-10',
      'libc6:i386=2.36-9',
      'nginx:amd64=1.22-9 hold',
      'zsh:amd64=5.9',
    ]

    expect(packageEvents(BEFORE, after)).toEqual([
      {
        type: 'package-changed',
        cause: null,
        data: {
          upgraded: [{ name: 'libc6:amd64', from: '2.36-9', to: '2.36-10' }],
          downgraded: [{ name: 'bash:amd64', from: '5.2-1', to: '5.1-2' }],
          installed: [{ name: 'zsh:amd64', from: null, to: '5.9' }],
          removed: [{ name: 'vim:amd64', from: '9.0', to: null }],
          counts: { upgraded: 1, downgraded: 1, installed: 1, removed: 1 },
        },
      },
    ])
  })

  it('is nothing where the lists say the same, and where only a hold came', () => {
    expect(packageEvents(BEFORE, BEFORE)).toEqual([])
    expect(packageEvents(['a:amd64=1'], ['a:amd64=1 hold'])).toEqual([])
  })

  it('names two hundred at most and counts all', () => {
    const many = (version: string) => Array.from({ length: 500 }, (_, n) => `p${n}:amd64=${version}`)
    const [event] = packageEvents([...many('1'), 'gone:amd64=1'], many('2'))

    expect(event?.data).toMatchObject({ counts: { upgraded: 500, removed: 1 }, removed: [] })
    expect(event?.data['upgraded']).toHaveLength(200)
  })
})
