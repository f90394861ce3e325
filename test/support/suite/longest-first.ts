// The order of the test files. Who begins last ends last: a file that takes a minute must not begin when all others are
// through. Vitest knows how long files took only where it ran before, which in continuous integration is nowhere.
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Files of ten seconds and more, the longest first; those that share a slow preparation stand apart from each other. */
const LONG = [
  'hosts/story',
  'e2e/pages/accessible-fleet',
  'lessons/fuzz',
  'hosts/trouble',
  'collector/process',
  'lessons/l28-names-run-nothing',
  'e2e/pages/live',
  'scripts/ansible-role',
  'collector/commands/serving',
  'collector/store/kill',
  'install/interruption',
  'e2e/media',
  'e2e/pages/window',
  'e2e/pages/accessible-empty',
  'e2e/pages/accessible-settings',
  'e2e/pages/still',
  'install/upgrade',
  'e2e/pages/operating',
  'e2e/choices',
  'agent/commands/report-trouble',
  'agent/agent-commands',
  'install/install',
  'e2e/pages/acting',
  'agent/agent-bundle',
  'install/refusals',
  'agent/exposure/kernel-proof',
  'agent/commands/report',
]

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const rank = ({ moduleId }: TestSpecification): number => {
      const at = LONG.findIndex((name) => moduleId.endsWith(`/test/${name}.test.ts`))
      return at === -1 ? LONG.length : at
    }
    return sorted.toSorted((a, b) => rank(a) - rank(b))
  }
}
