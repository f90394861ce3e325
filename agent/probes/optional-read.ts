// Reads that may find nothing. Only "nothing there" becomes null; every other failure goes on up to become `failed`.
import { isMissing, type Host } from '../host/host.ts'

export async function orNullIfMissing<T>(look: Promise<T>): Promise<T | null> {
  try {
    return await look
  } catch (error) {
    if (isMissing(error)) return null
    throw error
  }
}

/** For evidence that only sharpens an answer: whatever goes wrong, do without. */
export async function orNull<T>(look: Promise<T>): Promise<T | null> {
  try {
    return await look
  } catch {
    return null
  }
}

/** The file's first line, trimmed; null if it is missing, unreadable or empty. */
export async function firstLineOf(host: Host, path: string): Promise<string | null> {
  const text = await orNull(host.readText(path))
  return text?.split('\n', 1)[0]?.trim() || null
}
