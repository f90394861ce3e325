// The server document, in its short form of lists and its whole one.
import Type from 'typebox'
import { closed, exposure, lifecycle, notYet, oneOf, orNull, promotionReason, reporting, state, time } from './words.ts'

export const serverParameters = Type.Object({ id: Type.String() })

const itemProperties = {
  id: Type.String(),
  name: Type.String(),
  application: orNull(Type.String()),
  environment: orNull(Type.String()),
  tags: Type.Record(Type.String(), Type.String()),
  lifecycle,
  state,
  lastKnown: orNull(closed({ state, at: time })),
  reporting,
  exposure,
  promoted: Type.Boolean(),
  reasons: Type.Array(promotionReason),
  headline: Type.String(),
  since: time,
  sinceQuality: orNull(oneOf(['exact', 'observed', 'upper-bound'])),
  staleAt: time,
  packages: orNull(Type.Array(Type.String())),
  openPorts: notYet,
  outdated: notYet,
  os: orNull(Type.String()),
  kernel: orNull(Type.String()),
  agentVersion: orNull(Type.String()),
  bootId: orNull(Type.String()),
  bootedAt: time,
  lastReportAt: time,
  revision: Type.Integer(),
}

const signal = closed({
  name: Type.String(),
  value: Type.Unknown(),
  source: Type.String(),
  readAt: time,
  role: oneOf(['decides', 'informs']),
  says: oneOf(['required', 'not-required', 'unknown']),
  why: Type.String(),
})

const section = closed({
  outcome: oneOf(['observed', 'absent', 'failed']),
  reason: orNull(Type.String()),
  readAt: time,
})

export const serverItem = closed(itemProperties)

export const serverDocument = closed({
  ...itemProperties,
  signals: Type.Array(signal),
  listeners: notYet,
  firewall: notYet,
  outdatedProcesses: notYet,
  pending: notYet,
  components: notYet,
  packagesCount: notYet,
  unattendedUpgrades: notYet,
  fixes: notYet,
  addresses: orNull(Type.Array(Type.String())),
  virtualization: orNull(Type.String()),
  sections: closed({
    host: Type.Optional(section),
    boot: Type.Optional(section),
    sentinel: Type.Optional(section),
    kernel: Type.Optional(section),
  }),
})

export const serverList = closed({
  items: Type.Array(serverItem),
  nextCursor: orNull(Type.String()),
  total: Type.Integer(),
})
