// A row of what a scan says, also of a port for which there was too much to do. Pure.
import { addressesAsText, bindClassOf } from './bind-class.ts'
import { unknown, type ExposureRow, type Group, type Judged } from './exposure-scan.ts'
import { byBindAlone } from './judge-bound.ts'
import { TooMuchWorkError } from './trace.ts'

export function toRow({ protocol, family, address, port, sockets }: Group, judged: Judged): ExposureRow {
  const cgroup = sockets.find((socket) => socket.cgroup !== null)?.cgroup ?? null
  const { ports: _ports, ...said } = judged
  return { protocol, family, address: addressesAsText(address, family), port, cgroup, ...said }
}

export function guarded(judge: () => Judged, group: Group): Judged {
  try {
    return judge()
  } catch (error) {
    if (!(error instanceof TooMuchWorkError) && !(error instanceof RangeError)) throw error
    const bound = byBindAlone(bindClassOf(group.address))
    return bound ?? unknown('ruleset-too-large', error.message)
  }
}
