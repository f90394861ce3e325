// The store's contract: contacts.
import { describe, expect, it } from 'vitest'
import { NOW, serverRecord } from '../../../support/store/records.ts'
import { byId, put, type WithStore } from './contract-kit.ts'

export function describeContacts(name: string, withStore: WithStore): void {
  describe(`${name}: contacts`, () => {
    it(
      'keeps the last contact, and never one older than the record knows',
      withStore(async (open) => {
        const store = open()
        await put(store, serverRecord('s1', { lastContactAt: NOW }))
        await put(store, serverRecord('s2', { lastContactAt: NOW }))
        store.saveContacts(new Map([['s1', NOW + 5]]))
        store.saveContacts(new Map([['s2', NOW - 5]]))
        store.close()

        const records = byId(open())

        expect(records.get('s1')?.lastContactAt).toBe(NOW + 5)
        expect(records.get('s2')?.lastContactAt).toBe(NOW)
      }),
    )
  })
}
