import { expect, it } from 'vitest'
import { scanFamilies } from '../../../agent/commands/scan-inventory-families.ts'
import { createRecordedHost } from '../../../agent/host/recorded-host.ts'
import { makeRecording } from '../../support/recorded-host.ts'

const FAILED = { 'snap/bin/canonical-livepatch': '', 'commands/livepatch-status.failed': '1\n' }

it.each([
  ['NoNewPrivs:\t1\n', "its client cannot be started within the sandbox of the scan's unit"],
  ['NoNewPrivs:\t0\n', 'livepatch-status ended with exit status 1'],
])('why Livepatch could not be asked is told: %j', async (status, why) => {
  const directory = makeRecording({ ...FAILED, 'proc/self/status': status })
  const facts = await scanFamilies(createRecordedHost({ directory, clock: 'recorded' }))

  expect(facts).toMatchObject({ livepatch: null, missing: { livepatch: why } })
})
