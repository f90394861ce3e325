// Everything GET /metrics says, in the text format of Prometheus 0.0.4. Written in pieces of a few hundred servers: ten
// thousand servers are sixty thousand lines, and reports must not wait for all of them.
import { setImmediate as nextTurn } from 'node:timers/promises'
import { Counter, Gauge, Histogram, Registry, type Metric } from 'prom-client'
import type { Projection } from '../changes/projection.ts'
import type { ServerRecord } from '../store/records.ts'
import type { Store } from '../store/store.ts'
import { registerFleetFamilies } from './fleet-families.ts'
import { RestartTimes } from './restart-times.ts'
import { labelsOf, SERVER_FAMILIES, type Labels, type Sample, type ServerFamily } from './server-families.ts'

export const METRICS_TYPE = Registry.PROMETHEUS_CONTENT_TYPE

/** 'auto': while the fleet is small enough for a scrape a minute. */
export type PerServer = 'auto' | boolean
/** Six samples each make 60,000 series here, which a small Prometheus still takes. */
export const PER_SERVER_AUTO_MAX = 10_000

const HOUR_S = 3_600
const DAY_S = 24 * HOUR_S
/** Bounds of the histogram, seconds: from the same hour to a quarter of a year. */
const RESTART_BUCKETS_S = [
  HOUR_S,
  6 * HOUR_S,
  DAY_S,
  2 * DAY_S,
  3 * DAY_S,
  7 * DAY_S,
  14 * DAY_S,
  30 * DAY_S,
  60 * DAY_S,
  90 * DAY_S,
]
/** Servers whose lines are made at once, about 2 ms. */
const SLICE = 500

type MetricsContext = { store: Pick<Store, 'onCommit'>; projection: Projection; polls: { readonly size: number } }

export class Metrics {
  readonly #projection: Projection
  readonly #perServer: PerServer
  readonly #registry = new Registry()
  readonly #reports: Counter<'result'>
  readonly #stopFollowing: () => void

  constructor(ctx: MetricsContext, perServer: PerServer) {
    this.#projection = ctx.projection
    this.#perServer = perServer
    const registers = [this.#registry]
    registerFleetFamilies(this.#registry, ctx.projection)
    this.#reports = new Counter({
      name: 'overdue_reports_total',
      help: 'Reports and heartbeats since the start, by what became of them: accepted, or the kind of the problem.',
      labelNames: ['result'],
      registers,
    })
    this.#reports.inc({ result: 'accepted' }, 0)
    const { polls } = ctx
    const waiting = new Gauge({
      name: 'overdue_servers_waiting',
      help: 'Servers that wait for an answer at this moment: they hear at once when somebody asks.',
      registers: [],
      collect() {
        this.set(polls.size)
      },
    })
    this.#registry.registerMetric(waiting)
    const times = new Histogram({
      name: 'overdue_time_to_restart_seconds',
      help: 'From the need for a restart to the restart, of those ended since the start.',
      buckets: RESTART_BUCKETS_S,
      registers,
    })
    const restartTimes = new RestartTimes(ctx.projection.all(), (seconds) => times.observe(seconds))
    this.#stopFollowing = ctx.store.onCommit(restartTimes.follow)
  }

  /** `result`: "accepted" or a problem kind, so that there are never more series than kinds. */
  countReport(result: string): void {
    this.#reports.inc({ result })
  }

  close(): void {
    this.#stopFollowing()
  }

  async *text(): AsyncGenerator<string> {
    yield await this.#registry.metrics()
    const servers = this.#projection.inOrder()
    if (!this.#isPerServer(servers.length)) return
    const labels = labelsOf(servers)
    for (const family of SERVER_FAMILIES) yield* this.#familyText(family, servers, labels)
  }

  #isPerServer(servers: number): boolean {
    return this.#perServer === 'auto' ? servers <= PER_SERVER_AUTO_MAX : this.#perServer
  }

  async *#familyText(
    family: ServerFamily,
    servers: readonly ServerRecord[],
    labels: ReadonlyMap<string, Labels>,
  ): AsyncGenerator<string> {
    for (let start = 0; start < servers.length; start += SLICE) {
      await nextTurn()
      const samples = servers.slice(start, start + SLICE).flatMap((record) => {
        const own = labels.get(record.id) ?? {}
        return family.sample(own, record, this.#projection.lastContactAt(record.id)) ?? []
      })
      const text = await format(family, samples)
      yield start === 0 ? text : withoutHead(text)
    }
  }
}

/** The library writes and escapes; it is handed the samples ready made, for its own gauges hash every set of labels. */
async function format({ name, help }: ServerFamily, samples: readonly Sample[]): Promise<string> {
  const registry = new Registry()
  const prepared = { name, get: () => Promise.resolve({ name, help, type: 'gauge', values: samples }) }
  registry.registerMetric(prepared as unknown as Metric)
  return `${await registry.getSingleMetricAsString(name)}\n`
}

/** HELP and TYPE stand once, above the first samples of a family. */
function withoutHead(text: string): string {
  return text.split('\n').slice(2).join('\n')
}
