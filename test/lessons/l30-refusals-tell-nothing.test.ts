// L30: the answer to a registration told which hosts existed. Every join key that is not good gets the same bytes; the
// time they take is measured by `npm run prove:timing`, where a clock can be believed.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { REFUSALS, RefusalRig } from '../../scripts/prove/timing/refusals.ts'

let rig: RefusalRig
beforeAll(() => {
  rig = new RefusalRig()
})
afterAll(() => rig.close())

describe('L30: a join key that is', () => {
  it.each(REFUSALS)('%s is answered with the bytes an unknown one gets', async (name) => {
    const unknown = await rig.ask('unknown')

    expect(await rig.ask(name)).toEqual(unknown)
    expect(unknown.status).toBe(401)
  })
})
