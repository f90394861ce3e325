// What went wrong elsewhere, by number, and the tests that keep it from happening here. Some stand with the code they are
// about; this table finds them by name, so that none can be renamed or dropped without anybody noticing.
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

type Evidence = readonly [file: string, part: string]

const LESSONS: Readonly<Record<string, readonly Evidence[]>> = {
  'L5: a setting was written into an install script that root ran': [
    ['test/collector/api/artefacts.test.ts', 'is the file of the release, byte for byte, asked for %s'],
    ['test/install/truncation.test.ts', 'the installer, cut off anywhere'],
  ],
  'L9: a cloned machine id merged two servers into one': [
    ['test/lessons/l09-l13-one-server-never-touches-another.test.ts', 'L9: two hosts made from one image'],
    ['test/collector/ingest/copies-and-replays.test.ts', 'are in conflict within five heartbeats'],
    ['test/collector/ingest/copies-and-replays.test.ts', 'told apart from a machine rewound to one snapshot'],
  ],
  'L10: enrolling with a name that existed deleted the other agent': [
    ['test/collector/ingest/enroll-server.test.ts', 'makes a hundred servers of one name, and touches none of them'],
  ],
  'L11: timeouts were read as "unknown agent", and a fleet enrolled itself to death': [
    ['test/lessons/l11-l12-an-outage-is-not-a-new-life.test.ts', 'L11: a collector that fails for a minute'],
    ['test/agent/agent-bad-collector.test.ts', 'is outlived, without a new enrolment'],
    ['test/agent/agent-bad-collector.test.ts', 'hanging is outlived'],
  ],
  'L12: after a 401 a valid key stayed silent for ever': [
    ['test/lessons/l11-l12-an-outage-is-not-a-new-life.test.ts', 'L12: a collector that answers 401 for a day'],
    ['test/agent/delivery/delivery.test.ts', 'is tried again for ever, a quarter of an hour apart at most'],
  ],
  'L13: an id was checked against what the caller said': [
    ['test/lessons/l09-l13-one-server-never-touches-another.test.ts', 'L13: a server that names another one'],
    ['test/collector/api/auth-matrix.test.ts', 'opens the routes written down for it and no others'],
  ],
  'L14: one host sent what nobody expected, and the server died': [
    ['test/lessons/l14-l17-one-host-hurts-only-itself.test.ts', 'L14: one beyond a limit'],
    ['test/lessons/fuzz.test.ts', 'L14: 1,000 inputs that are nearly right'],
  ],
  'L17: a tag became the path of a file and a line of a log': [
    ['test/lessons/l14-l17-one-host-hurts-only-itself.test.ts', 'L17: a text of a host'],
    [
      'test/collector/api/wrong-types.test.ts',
      'is refused with a pointer to the field, whatever the field and the type',
    ],
  ],
  'L18: a forwarded header was believed': [
    ['test/lessons/l09-l13-one-server-never-touches-another.test.ts', 'L18: who asks'],
    ['test/collector/api/token-bucket.test.ts', 'forgets the keys that were used longest ago, however many come'],
  ],
  'L22: validation was bypassed by a content type': [
    ['test/collector/api/hostile-bodies.test.ts', 'other than application/json is refused, whatever stands around it'],
  ],
  'L28: a host name became a script, a cell a formula': [
    ['test/lessons/l28-names-run-nothing.test.ts', 'run nothing on any page, even without its policy'],
    ['test/lessons/l28-names-run-nothing.test.ts', 'L28: a spreadsheet'],
  ],
  'L29: a second line passed a validator, and 29 characters took 12 seconds': [
    ['test/lessons/l29-regular-expressions.test.ts', 'L29: regular expressions'],
  ],
  'L30: the answer to a registration told which hosts existed': [
    ['test/lessons/l30-refusals-tell-nothing.test.ts', 'the answer is, to the byte, that for one nobody knows'],
  ],
  'L32: credentials reached the log': [
    ['test/lessons/l32-secrets-stay-where-they-are.test.ts', 'L32: the collector'],
    ['test/lessons/l32-secrets-stay-where-they-are.test.ts', 'L32: the agent'],
    ['test/lessons/l32-canaries-of-a-host.test.ts', 'L32: a host full of secrets'],
    ['test/lessons/l32-canaries-of-a-host.test.ts', 'L32: settings that cannot be used'],
  ],
  'L34: 304 bytes inflated to 200 MB': [
    ['test/collector/api/hostile-bodies.test.ts', 'that inflates to 200 MB'],
    ['test/collector/api/hostile-bodies.test.ts', 'that inflates 1000 times'],
    ['test/collector/api/hostile-bodies.test.ts', 'in brotli'],
  ],
  'L35: half a million nested lists were parsed, and could not be written': [
    ['test/collector/api/hostile-bodies.test.ts', 'half a million levels deep'],
    ['test/collector/api/hostile-bodies.test.ts', 'of too many tokens'],
    ['test/collector/api/hostile-bodies.test.ts', 'a key that could reach a prototype'],
  ],
  'L38: a logged text was executed': [['test/lessons/l38-one-event-one-line.test.ts', 'has one line for each event']],
}

describe.each(Object.entries(LESSONS))('%s', (_lesson, evidence) => {
  it.each(evidence)('is kept from happening in %s: %s', (file, part) => {
    expect(readFileSync(file, 'utf8')).toContain(part)
  })
})
