// One server as lists of the pages show it: the list part of its document, and what columns need besides.
import { nextBoot } from '../../shared/judgement/rules/newer-kernel.ts'
import type { ServerRecord } from '../store/records.ts'
import { addressesOf, toServerItem, type ServerItem } from '../views/server-view.ts'

export type ServerRow = ServerItem & {
  /** Release of the kernel that the next boot starts; null where that cannot be told. */
  nextKernel: string | null
  /** Null: not known. */
  addresses: string[] | null
}

/** With all packages: their number is shown, and lists of the API carry only as many as fit. Times are epoch ms. */
export function toServerRow(record: ServerRecord, lastContactAt: number | null, now: number): ServerRow {
  const kernel = record.sections.kernel?.value ?? null
  return {
    ...toServerItem(record, lastContactAt, now),
    packages: record.verdict.packages,
    nextKernel: kernel === null ? null : (nextBoot(kernel)?.release ?? null),
    addresses: addressesOf(record),
  }
}
