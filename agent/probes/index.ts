// The probes, in the order of a report.
import { bootProbe } from './boot.ts'
import { componentsProbe } from './components.ts'
import { exposureProbe } from './exposure.ts'
import { hostProbe } from './host.ts'
import { kernelProbe } from './kernel.ts'
import { listenersProbe } from './listeners.ts'
import { packagesProbe } from './packages.ts'
import { processesProbe } from './processes.ts'
import type { Probe } from './probe.ts'
import { sentinelProbe } from './sentinel.ts'
import { updatesProbe } from './updates.ts'

export const PROBES: readonly Probe<unknown>[] = [
  hostProbe,
  bootProbe,
  sentinelProbe,
  kernelProbe,
  listenersProbe,
  packagesProbe,
  exposureProbe,
  processesProbe,
  updatesProbe,
  componentsProbe,
]
