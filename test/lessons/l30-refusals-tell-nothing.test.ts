// L30: the answer to a registration told which hosts existed. Whatever is not good gets the bytes of what nobody knows; the
// time they take is measured by `npm run prove:timing`, where a clock can be believed.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { RefusalRig, REFUSALS, WAYS_IN } from '../../scripts/prove/timing/refusals.ts'

let rig: RefusalRig
beforeAll(async () => {
  rig = await RefusalRig.create()
})
afterAll(() => rig.close())

describe.each(WAYS_IN)('L30: for a %s that is', (way) => {
  it.each(REFUSALS[way])('%s the answer is, to the byte, that for one nobody knows', async (name) => {
    const unknown = await rig.ask(way, 'unknown')

    expect(await rig.ask(way, name)).toEqual(unknown)
    expect(unknown.status).toBe(401)
  })
})
