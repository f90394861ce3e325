// A directory that is gone after the test.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** `onFinished`: the test's own, where tests run beside each other. */
export function temporaryDirectory(onFinished: (clean: () => void) => void = onTestFinished): string {
  const directory = mkdtempSync(join(tmpdir(), 'overdue-test-'))
  onFinished(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}
