import { describe, expect, it } from 'vitest'
import { OverdueProgram } from '../../support/overdue-program.ts'
import { addServer, askACollector, collector, json, overdue, url } from './collector-rig.ts'

askACollector()

describe('forget', () => {
  it('says which, and does nothing, with --dry-run', async () => {
    await addServer('web-03')
    const { code, stderr } = await overdue.run(['forget', 'name:web-*', '--dry-run'])

    expect({ code, stderr }).toEqual({ code: 0, stderr: '1 server: web-03\n' })
    expect(collector.ctx.projection.size).toBe(1)
  })

  it('does not act where nobody can be asked', async () => {
    const server = await addServer('web-03')

    expect(await overdue.run(['forget', 'web-03'])).toMatchObject({ code: 2, stdout: '' })
    expect(collector.ctx.projection.get(server.id)?.lifecycle).toBe('active')
  })

  it('never takes a mistyped name for a query', async () => {
    await addServer('web-03')
    const { code, stderr } = await overdue.run(['forget', 'web', '--yes'])

    expect(code).toBe(1)
    expect(stderr).toContain('No server is called "web". Did you mean one of these?')
  })

  it('refuses a query that means nothing', async () => {
    expect(await overdue.run(['forget', 'satte:ok env:x', '--yes'])).toMatchObject({ code: 2 })
    expect(await overdue.run(['forget'])).toMatchObject({ code: 2 })
  })
})

describe('forget, with consent', () => {
  it('removes what matches, keeps its history, and is not troubled by what is gone already', async () => {
    const server = await addServer('web-03')
    await addServer('web-04')
    const { code, stdout, stderr } = await overdue.run(['forget', 'name:web-*', '--yes', '--json'])
    const again = await overdue.run(['forget', server.id, '--yes'])

    expect({ code, stderr }).toEqual({ code: 0, stderr: '2 servers: web-03, web-04\nForgot 2 servers.\n' })
    expect(json(stdout)).toMatchObject({ forgotten: [{ name: 'web-03' }, { name: 'web-04' }], failed: [] })
    expect(collector.ctx.projection.get(server.id)?.lifecycle ?? 'removed').toBe('removed')
    expect((await overdue.run(['list', '--json'])).stdout).toContain('"total":0')
    expect((await overdue.run(['history', '--type', 'removed', '--plain'])).stdout.split('\n')).toHaveLength(3)
    expect(again.code).toBeLessThanOrEqual(1)
  })

  it('stops at once for a token that may not do this', async () => {
    const server = await addServer('web-03')
    const reader = OverdueProgram.asking(url, collector.createToken('reader'))

    expect(await reader.run(['forget', server.id, '--yes'])).toMatchObject({ code: 4, stdout: '' })
    expect(collector.ctx.projection.get(server.id)?.lifecycle).toBe('active')
  })
})

describe('forget, where some of several cannot be removed', () => {
  /** The collector answers 500 for this one: its disk is full just then. */
  function refuseToWrite(serverId: string): void {
    const { store } = collector.ctx
    const transact = store.transact.bind(store)
    store.transact = (work) =>
      transact((tx) => {
        const putServer: typeof tx.putServer = (record, events, at) => {
          if (record.id === serverId) throw new Error('no space left')
          return tx.putServer(record, events, at)
        }
        return work(Object.assign(Object.create(tx) as typeof tx, { putServer }))
      })
  }

  it('removes the others, says which stayed and why, and ends with 7', async () => {
    for (const name of ['web-1', 'web-3']) await addServer(name)
    const stubborn = await addServer('web-2')
    refuseToWrite(stubborn.id)

    const { code, stdout, stderr } = await overdue.run(['forget', 'name:web-*', '--yes', '--json'])

    expect(code).toBe(7)
    expect(json(stdout)).toMatchObject({
      forgotten: [{ name: 'web-1' }, { name: 'web-3' }],
      failed: [{ id: stubborn.id, name: 'web-2', problem: { status: 500, kind: 'internal-error' } }],
    })
    expect(stderr).toContain(`web-2 (${stubborn.id}): `)
    expect(stderr.trimEnd().split('\n').at(-1)).toBe('Forgot 2 servers, 1 could not be.')
    expect(Array.from(collector.ctx.projection.inOrder(), ({ id }) => id)).toEqual([stubborn.id])
  })

  it('ends with the code of the reason where none could be', async () => {
    const { id } = await addServer('web-1')
    refuseToWrite(id)

    expect(await overdue.run(['forget', 'name:web-*', '--yes'])).toMatchObject({ code: 1, stdout: '' })
  })

  it('asks no further once the token is revoked, and says how many are left', async () => {
    const operator = OverdueProgram.asking(url, collector.createToken('operator', { id: 'shortlived' }))
    for (const name of ['web-1', 'web-2', 'web-3']) await addServer(name)
    const stop = collector.ctx.store.onCommit(() => {
      const at = collector.clock.now()
      const audit = { at, actor: 'test', action: 'token.revoke', subject: 'shortlived', detail: {} }
      collector.ctx.store.revokeToken('shortlived', at, audit)
    })

    const { code, stdout, stderr } = await operator.run(['forget', 'name:web-*', '--yes', '--json'])
    stop()

    expect(code).toBe(7)
    expect(json(stdout)).toMatchObject({ forgotten: [{}], failed: [{ problem: { status: 401 } }, {}] })
    expect(stderr).toContain('Stopped with 2 servers left: ')
  })
})
