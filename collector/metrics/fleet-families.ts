// Counts of the fleet, read when somebody scrapes. How many samples there are does not depend on how many servers.
import { Gauge, type GaugeConfiguration, type Registry } from 'prom-client'
import { PROMOTION_REASONS, REPORTINGS, STATES, type State } from '../../shared/judgement/verdict.ts'
import type { Projection } from '../changes/projection.ts'
import { COLLECTOR_VERSION } from '../version.ts'

export function registerFleetFamilies(registry: Registry, projection: Projection): void {
  gauge(registry, {
    name: 'overdue_servers',
    help: 'Active servers by state.',
    labelNames: ['state'],
    collect() {
      for (const state of STATES) this.set({ state }, projection.counts().state[state])
    },
  })
  gauge(registry, {
    name: 'overdue_servers_reporting',
    help: 'Active servers by how they report.',
    labelNames: ['reporting'],
    collect() {
      for (const reporting of REPORTINGS) this.set({ reporting }, projection.counts().reporting[reporting])
    },
  })
  gauge(registry, {
    name: 'overdue_servers_exposed',
    help: 'Active servers with a port that anyone on the internet can reach, by state.',
    labelNames: ['state'],
    collect() {
      for (const [state, count] of exposedByState(projection)) this.set({ state }, count)
    },
  })
  gauge(registry, {
    name: 'overdue_servers_promoted',
    help: 'Active servers a person should look at now, by reason; one server may have several. Snoozed ones do not count.',
    labelNames: ['reason'],
    collect() {
      for (const reason of PROMOTION_REASONS) this.set({ reason }, projection.counts().reasons[reason])
    },
  })
  gauge(registry, {
    name: 'overdue_servers_snoozed',
    help: 'Active servers that somebody has put off until a moment.',
    collect() {
      this.set(projection.counts().snoozed)
    },
  })
  gauge(registry, {
    name: 'overdue_build_info',
    help: 'The collector that answers, in labels; always 1.',
    labelNames: ['version', 'node'],
  }).set({ version: COLLECTOR_VERSION, node: process.version }, 1)
}

function gauge<L extends string>(registry: Registry, configuration: GaugeConfiguration<L>): Gauge<L> {
  // Registered here and nowhere else: left to itself, the library puts every metric into one global registry.
  const made = new Gauge({ ...configuration, registers: [] })
  registry.registerMetric(made)
  return made
}

function exposedByState(projection: Projection): Map<State, number> {
  const counts = new Map<State, number>(STATES.map((state) => [state, 0]))
  for (const { verdict, lifecycle } of projection.all()) {
    if (lifecycle !== 'active' || verdict.exposure !== 'exposed') continue
    counts.set(verdict.state, (counts.get(verdict.state) ?? 0) + 1)
  }
  return counts
}
