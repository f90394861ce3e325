// Some hundred of the ten thousand of `npm run prove:herd`, in a hurry: all wait, all answer, all come back.
import { expect, it } from 'vitest'
import { UNBUILT } from '../../scripts/local/programs.ts'
import { proveHerd } from '../../scripts/prove/herd/prove-herd.ts'

const AGENTS = 300

it('a herd waits, answers when it is asked, and is back after its collector was killed, without a new enrolment', async () => {
  const { returns, asked, serversBefore, serversAfter, refused } = await proveHerd({
    agents: AGENTS,
    collector: UNBUILT.collector,
    tls: false,
    watchMs: 0,
    restarts: ['SIGKILL'],
    hurry: 20,
  })

  expect([serversBefore, serversAfter]).toEqual([AGENTS, AGENTS])
  expect(asked).toMatchObject({ servers: AGENTS / 10, answered: AGENTS / 10 })
  expect(returns).toHaveLength(1)
  expect(refused).toEqual({})
}, 180_000)
