// What history says beside "a service runs old code where anyone can reach it": which packages, and at which ports. Pure.
import { portNames } from '../../shared/judgement/headline-ports.ts'
import { openServices } from '../../shared/judgement/open-services.ts'
import type { HistoryEvent } from '../../shared/judgement/transition.ts'
import { listenersOf, type ServerRecord } from '../store/records.ts'

/** `record`: with the verdict that told it. */
export function withServices(events: readonly HistoryEvent[], record: ServerRecord): readonly HistoryEvent[] {
  if (!events.some(isOutdated)) return events
  const open = openServices(record.sections.processes?.value ?? null, listenersOf(record), record.verdict.exposure)
  return events.map((event) => {
    const service = isOutdated(event) ? open.find(({ unit }) => unit === event.data['unit']) : undefined
    if (service === undefined) return event
    const { packages, packagesMore, remedy, ports } = service
    const more = packagesMore === 0 ? {} : { packagesMore }
    return { ...event, data: { ...event.data, packages, ...more, ports: portNames(ports, 'exposed'), remedy } }
  })
}

function isOutdated({ type }: HistoryEvent): boolean {
  return type === 'outdated-service'
}
