// What is told of each server by name. What is not known has no sample: a 0 would say "looked, and it is not so".
import { applicationOf, kernelOf, nameOf, type ServerRecord } from '../store/records.ts'
import { osText } from '../views/os-text.ts'

export type Labels = Readonly<Record<string, string>>
export type Sample = { labels: Labels; value: number }

export type ServerFamily = {
  name: string
  help: string
  /** Null: no sample for this server. `lastContactAt`: epoch ms, null if never heard. */
  sample(labels: Labels, record: ServerRecord, lastContactAt: number | null): Sample | null
}

export const SERVER_FAMILIES: readonly ServerFamily[] = [
  {
    name: 'overdue_server_reboot_required',
    help: 'Is the state restart-required (1) or is it ok or deferrable (0); no sample while it is unknown.',
    sample: (labels, { verdict: { state } }) =>
      state === 'unknown' ? null : { labels, value: Number(state === 'restart-required') },
  },
  {
    name: 'overdue_server_reboot_required_since_timestamp_seconds',
    help: 'When the need for a restart began.',
    sample: (labels, { verdict }) => atSeconds(labels, verdict.since),
  },
  {
    name: 'overdue_server_restart_deadline_timestamp_seconds',
    help: 'When the need becomes, or became, older than policy allows.',
    sample: (labels, { verdict }) => atSeconds(labels, verdict.staleAt),
  },
  {
    name: 'overdue_server_exposed',
    help: 'Can anyone on the internet reach a listening port (1) or not (0); no sample while that is unknown.',
    sample: (labels, { verdict: { exposure } }) =>
      exposure === 'unknown' ? null : { labels, value: Number(exposure === 'exposed') },
  },
  {
    name: 'overdue_server_snoozed_until_timestamp_seconds',
    help: 'Until when somebody has put the server off; no sample where nobody has.',
    sample: (labels, { snooze }) => atSeconds(labels, snooze?.until ?? null),
  },
  {
    name: 'overdue_server_last_report_timestamp_seconds',
    help: 'When the server was last heard.',
    sample: (labels, _record, lastContactAt) => atSeconds(labels, lastContactAt),
  },
  {
    name: 'overdue_server_info',
    help: 'What the server is, in labels; always 1.',
    sample: (labels, record) => ({
      labels: {
        ...labels,
        os: osText(record.sections.host?.value?.os ?? null) ?? '',
        kernel: kernelOf(record) ?? '',
        agent_version: record.sections.host?.value?.agentVersion ?? '',
      },
      value: 1,
    }),
  },
]

/**
 * Labels of each server. Names are labels people chose: two servers may share one, and two samples with equal labels make
 * a scrape fail. The one that was here first keeps its name, the others get their id with it.
 */
export function labelsOf(servers: readonly ServerRecord[]): ReadonlyMap<string, Labels> {
  const owners = new Map<string, ServerRecord>()
  for (const record of servers) {
    const owner = owners.get(nameOf(record))
    if (owner === undefined || isEarlier(record, owner)) owners.set(nameOf(record), record)
  }
  return new Map(
    servers.map((record) => {
      const name = nameOf(record)
      const server = owners.get(name) === record ? name : `${name} (${record.id})`
      return [record.id, { server, app: applicationOf(record) ?? '', env: environmentOf(record) ?? '' }]
    }),
  )
}

function isEarlier(a: ServerRecord, b: ServerRecord): boolean {
  return a.createdAt === b.createdAt ? a.id < b.id : a.createdAt < b.createdAt
}

function environmentOf(record: ServerRecord): string | null {
  return record.sections.host?.value?.environment ?? null
}

function atSeconds(labels: Labels, at: number | null): Sample | null {
  return at === null ? null : { labels, value: at / 1000 }
}
