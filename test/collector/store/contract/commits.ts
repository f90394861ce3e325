// The store's contract: commits.
import { describe, expect, it } from 'vitest'
import type { CommitListener } from '../../../../collector/store/store.ts'
import { NOW, serverRecord } from '../../../support/store/records.ts'
import { byId, put, SILENT, type WithStore } from './contract-kit.ts'

export function describeCommits(name: string, withStore: WithStore): void {
  describe(`${name}: commits`, () => {
    it(
      'lets a unit that throws fail alone',
      withStore(async (open) => {
        const store = open()
        const before = put(store, serverRecord('s1'))
        const failing = store.transact(() => {
          throw new Error('no good')
        })
        const after = put(store, serverRecord('s2'))

        await expect(failing).rejects.toThrow('no good')
        await Promise.all([before, after])

        expect([...byId(store).keys()]).toEqual(['s1', 's2'])
      }),
    )

    it(
      'undoes what a unit wrote before it threw, and nothing of its neighbours',
      withStore(async (open) => {
        const store = open()
        const before = put(store, serverRecord('s1'))
        const failing = store.transact((tx) => {
          tx.putServer(serverRecord('s2'), [SILENT], NOW)
          throw new Error('half way')
        })
        const after = put(store, serverRecord('s3'))

        await expect(failing).rejects.toThrow('half way')
        const changes = await Promise.all([before, after])
        store.close()
        const again = open()

        expect(changes.map(({ id }) => id)).toEqual([1, 2])
        expect([...byId(again).keys()]).toEqual(['s1', 's3'])
        expect(again.history({ limit: 10 })).toEqual([])
        expect(again.lastChangeId()).toBe(2)
      }),
    )

    it(
      'answers after its listeners were told, with what was committed in order',
      withStore(async (open) => {
        const store = open()
        const told: string[] = []
        const stop = store.onCommit((committed) => {
          told.push(...committed.map(({ change, record }) => `${change.id} ${record.id} ${record.revision}`))
        })

        const answers = Promise.all(
          ['s1', 's2'].map((id) => put(store, serverRecord(id)).then(() => told.push('answered'))),
        )
        await answers
        stop()
        await put(store, serverRecord('s3'))

        expect(told).toEqual(['1 s1 1', '2 s2 2', 'answered', 'answered'])
      }),
    )

    it(
      'goes on when a listener throws',
      withStore(async (open) => {
        const store = open()
        const told: number[] = []
        const broken: CommitListener = () => {
          throw new Error('listener broke')
        }
        store.onCommit(broken)
        store.onCommit((committed) => told.push(committed.length))

        await put(store, serverRecord('s1'))

        expect(told).toEqual([1])
      }),
    )

    it(
      'commits what was asked for before it closes, and refuses afterwards',
      withStore(async (open) => {
        const store = open()
        const pending = put(store, serverRecord('s1'))
        store.close()

        await pending
        await expect(put(store, serverRecord('s2'))).rejects.toThrow('closed')

        expect([...byId(open()).keys()]).toEqual(['s1'])
      }),
    )

    it(
      'commits more units than fit one transaction',
      withStore(async (open) => {
        const store = open()

        await Promise.all(Array.from({ length: 1_000 }, (_, index) => put(store, serverRecord(`s${index}`))))

        expect(byId(store).size).toBe(1_000)
        expect(store.lastChangeId()).toBe(1_000)
      }),
    )
  })
}
