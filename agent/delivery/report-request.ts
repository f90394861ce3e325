// How `overdue-agent report` reaches the resident agent: a small file in the runtime directory, which only root and the
// agent's user can write. The file is moved away when it is taken, so that it asks once.
import { rename } from 'node:fs/promises'
import { isErrno, readFileIfThere, replaceFile } from '../files/durable-file.ts'
import { isRecord, isText, parseJson } from '../files/json.ts'

const REQUEST_BYTES_MAX = 8 * 1024
const REASON_LENGTH_MAX = 1_024

/** `reason` travels with the report. */
export type ReportAsk = { reason: string | null }

export async function writeReportRequest(path: string, ask: ReportAsk): Promise<void> {
  await replaceFile(path, `${JSON.stringify(ask)}\n`, { mode: 0o644, durable: false })
}

/** The request that lies at `path`, removed from there; null when there is none. */
export async function takeReportRequest(path: string): Promise<ReportAsk | null> {
  const taken = `${path}.taken`
  try {
    // Several events tell of one file; of those who then look, one gets it.
    await rename(path, taken)
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return null
    throw error
  }
  return checkAsk((await readFileIfThere(taken, REQUEST_BYTES_MAX).catch(() => null)) ?? '')
}

/** A file that says nothing asks all the same: `touch` is enough. */
function checkAsk(text: string): ReportAsk {
  try {
    const value = parseJson(text)
    const reason = isRecord(value) && isText(value['reason']) ? value['reason'].slice(0, REASON_LENGTH_MAX) : null
    return { reason }
  } catch {
    return { reason: null }
  }
}
