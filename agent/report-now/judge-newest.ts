// What the default policy makes of the newest snapshot. Judging is loaded by the first who asks: most residents are never
// asked, and need not carry it.
import type { OutboxEntry } from '../delivery/outbox.ts'
import type { Host } from '../host/host.ts'
import type { ReportNowAnswer } from './answer.ts'

type Told = Pick<ReportNowAnswer, 'lookedAt' | 'judgement'>

export async function judgeNewest(entry: OutboxEntry | null, host: Pick<Host, 'now' | 'uptimeMs'>): Promise<Told> {
  if (entry === null) return { lookedAt: null, judgement: null }
  const { judgeSnapshot, timeOf } = await import('../commands/snapshot-judgement.ts')
  const clocks = { now: host.now(), uptimeMs: host.uptimeMs() }
  const { state, exposure, promoted, reasons, headline, since, sinceQuality } = judgeSnapshot(entry.snapshot, clocks)
  const judgement = { state, exposure, promoted, reasons, headline, since, sinceQuality }
  return { lookedAt: timeOf(entry.snapshot.takenAtUptimeMs, clocks), judgement }
}
