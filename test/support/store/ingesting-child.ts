// A collector without HTTP, to be killed: reads reports as JSON lines from stdin and answers each on stdout once it is
// durable. Arguments: the data folder and how many servers to enrol when it is empty.
import { createInterface } from 'node:readline'
import { Projection } from '../../../collector/changes/projection.ts'
import { enrollServer } from '../../../collector/ingest/enroll-server.ts'
import { ingestReport } from '../../../collector/ingest/ingest-report.ts'
import { openSqliteStore } from '../../../collector/store/sqlite-store.ts'
import { DEFAULT_POLICY } from '../../../shared/judgement/policy.ts'
import type { Report } from '../../../shared/protocol/report.ts'
import { hashSecret } from '../../../shared/secret.ts'
import { AUDIT, joinKeyRecord, SECRET } from './records.ts'

const [directory = '', servers = '0'] = process.argv.slice(2)
const startedAt = performance.now()
const store = openSqliteStore({ directory, clock: Date })
const projection = new Projection(store)
const ctx = { store, projection, policy: () => DEFAULT_POLICY }
projection.inOrder()
const readyMs = performance.now() - startedAt

if (projection.size === 0) {
  store.createJoinKey(joinKeyRecord({ usesMax: 1_000_000, expiresAt: Date.now() + 86_400_000 }), AUDIT)
  const key = { kind: 'ovdj', id: 'key1', secret: SECRET } as const
  const enroll = (n: number) => {
    const enrollment = { proto: 1, credentialHash: hashSecret(`credential ${n}`), name: `web-${n}` }
    return enrollServer(ctx, key, enrollment, null, Date.now())
  }
  await Promise.all(Array.from({ length: Number(servers) }, (_, n) => enroll(n)))
}

const say = (message: object) => process.stdout.write(`${JSON.stringify(message)}\n`)
say({ kind: 'ready', readyMs, servers: projection.size, ids: [...projection.all()].slice(0, 100).map(({ id }) => id) })

for await (const line of createInterface({ input: process.stdin })) {
  const { id, report } = JSON.parse(line) as { id: string; report: Report }
  void ingestReport(ctx, id, report, Date.now()).then((outcome) => say({ kind: outcome.kind, id, seq: report.seq }))
}
