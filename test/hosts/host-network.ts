// One cable per host: from its network namespace to this machine, and nowhere else. On this side all cables have the same
// address, where tests let a collector listen; a host reaches it, and through it nobody.
import { must, run } from './command.ts'

/** Where every host reaches this machine. A /24 of the private range per process, so that two runs are two networks. */
const SUBNET = `10.213.${process.pid % 256}`
export const OUTER_ADDRESS = `${SUBNET}.1`

let hosts = 0

export type Cable = { outerInterface: string; address: string }

/** `holder`: a process in the host's network namespace. The cable is gone with that namespace. */
export async function connect(holder: number): Promise<Cable> {
  hosts += 1
  const cable = { outerInterface: `oh${process.pid}n${hosts}`, address: `${SUBNET}.${hosts + 1}` }
  const { outerInterface, address } = cable
  const inside = (...args: string[]): Promise<string> => must(['nsenter', '-t', `${holder}`, '-n', 'ip', ...args])
  const peer = ['peer', 'name', 'eth0', 'netns', `${holder}`]
  await must(['ip', 'link', 'add', outerInterface, 'type', 'veth', ...peer])
  await must(['ip', 'address', 'add', OUTER_ADDRESS, 'peer', address, 'dev', outerInterface])
  await must(['ip', 'link', 'set', outerInterface, 'up'])
  await inside('link', 'set', 'lo', 'up')
  await inside('address', 'add', address, 'peer', OUTER_ADDRESS, 'dev', 'eth0')
  await inside('link', 'set', 'eth0', 'up')
  await inside('route', 'add', 'default', 'via', OUTER_ADDRESS)
  return cable
}

/** Pulls the cable, or puts it back. */
export async function setCable({ outerInterface }: Cable, state: 'up' | 'down'): Promise<void> {
  await must(['ip', 'link', 'set', outerInterface, state])
}

/** At once, where the end of the namespace would take the kernel a moment. */
export async function disconnect({ outerInterface }: Cable): Promise<void> {
  await run(['ip', 'link', 'delete', outerInterface])
}
