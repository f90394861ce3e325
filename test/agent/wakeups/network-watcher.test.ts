// The network that comes back is noticed while somebody waits for it, and only then.
import { expect, it, onTestFinished } from 'vitest'
import { NetworkWatcher } from '../../../agent/wakeups/network-watcher.ts'
import { until } from '../../support/until.ts'

function watching(first: readonly string[]) {
  const network = { addresses: first, reads: 0, changes: 0, isReadable: true }
  const watcher = new NetworkWatcher({
    addresses: () => {
      network.reads += 1
      return network.isReadable
        ? Promise.resolve(network.addresses)
        : Promise.reject(new Error('cannot list addresses'))
    },
    onChange: () => (network.changes += 1),
    lookMs: 1,
  })
  onTestFinished(() => watcher.set(false))
  const looks = async (count: number): Promise<void> => {
    const from = network.reads
    await until(`${count} more looks`, () => network.reads >= from + count)
  }
  return { network, watcher, looks }
}

it('tells of an address that is new, once', async () => {
  const { network, watcher, looks } = watching([])
  watcher.set(true)
  await looks(2)
  network.addresses = ['eth0 192.0.2.7']
  await until('it was told', () => network.changes > 0)
  await looks(3)
  expect(network.changes).toBe(1)
})

it('is silent about addresses that go away or cannot be read', async () => {
  const { network, watcher, looks } = watching(['eth0 192.0.2.7', 'eth1 198.51.100.7'])
  watcher.set(true)
  await looks(2)
  network.addresses = ['eth0 192.0.2.7']
  await looks(2)
  network.isReadable = false
  await looks(2)
  network.isReadable = true
  await looks(2)
  expect(network.changes).toBe(0)
})

it('does not look while nobody waits, and takes an address of that time for known', async () => {
  const { network, watcher, looks } = watching([])
  watcher.set(true)
  watcher.set(true)
  await looks(2)
  watcher.set(false)
  const { reads } = network
  network.addresses = ['eth0 192.0.2.7']
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(network.reads).toBeLessThanOrEqual(reads + 1)
  watcher.set(true)
  await looks(3)
  expect(network.changes).toBe(0)
})
