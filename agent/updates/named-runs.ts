// The newest runs, cut to what a report holds, as readers may show them. Pure.
import {
  PACKAGE_NAME_LENGTH_MAX,
  RUN_CHANGES_MAX,
  RUN_CHANGES_TOTAL_MAX,
  RUN_COMMAND_LENGTH_MAX,
  RUNS_MAX,
  TEXT_LENGTH_MAX,
  VERSION_LENGTH_MAX,
} from '../../shared/protocol/limits.ts'
import type { LoggedMoment, PackageRun } from '../../shared/sections/updates.ts'
import type { LoggedRun } from './package-runs.ts'

const USER_LENGTH_MAX = 64
/** Control, format and separator characters, with which a line on a terminal or page is made to look like another. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu

/** Newest first. `momentOf`: what a wall time of the logs means. */
export function namedRuns(runs: readonly LoggedRun[], momentOf: (wallMs: number) => LoggedMoment): PackageRun[] {
  let left = RUN_CHANGES_TOTAL_MAX
  return runs
    .slice(-RUNS_MAX)
    .toReversed()
    .map(({ startMs, by, command, error, isInterrupted, changes }) => {
      const named = changes.slice(0, Math.min(left, RUN_CHANGES_MAX))
      left -= named.length
      return {
        at: momentOf(startMs),
        by: { kind: by.kind, user: shownOrNull(by.user, USER_LENGTH_MAX) },
        command: shownOrNull(command, RUN_COMMAND_LENGTH_MAX),
        error: shownOrNull(error, TEXT_LENGTH_MAX),
        isInterrupted,
        changes: named.map(shownChange),
        more: changes.length - named.length,
      }
    })
}

function shownChange(change: LoggedRun['changes'][number]): LoggedRun['changes'][number] {
  return {
    package: shownText(change.package, PACKAGE_NAME_LENGTH_MAX),
    from: shownOrNull(change.from, VERSION_LENGTH_MAX),
    to: shownOrNull(change.to, VERSION_LENGTH_MAX),
    action: change.action,
  }
}

function shownOrNull(text: string | null, lengthMax: number): string | null {
  return text === null ? null : shownText(text, lengthMax)
}

/** One line, at least one character. */
export function shownText(text: string, lengthMax: number): string {
  const clean = text.toWellFormed().replaceAll(UNSEEN, '\uFFFD')
  return (clean.length <= lengthMax ? clean : `${clean.slice(0, lengthMax - 1)}…`).toWellFormed() || '?'
}
