// The floor of ingest: the least that a server of this runtime can do and still keep the promise. node:http, JSON.parse,
// then the collector's own group commit, answered after it is synced. The same group commit is the same rows: a changed
// report replaces its server's row, and adds one to history, in both. What it replaces is larger here (the body as it came,
// 1.5 KB; the collector's state is 1 KB), the row of history as large. No checks, no judgement, nothing kept in memory.
// Arguments: the data folder and the file to write {"url"} to when it listens.
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { openConnection } from '../../collector/store/sqlite/connection.ts'
import { createGroupCommit } from '../../collector/store/sqlite/group-commit.ts'
import { walFileOf } from '../../collector/store/sqlite/wal-file.ts'

const [directory = '', readyFile = ''] = process.argv.slice(2)
mkdirSync(directory, { recursive: true })
const connection = openConnection(join(directory, 'bare.db'))
connection.database.exec('CREATE TABLE servers (number INTEGER PRIMARY KEY, document TEXT NOT NULL) STRICT')
connection.database.exec(
  'CREATE TABLE history (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, server_id TEXT NOT NULL, data TEXT NOT NULL) STRICT',
)
/** As long as the name, the application, the type and the packages that an event of the collector's names. */
const EVENT = JSON.stringify({ name: 'server.example.net', application: 'shop', packages: ['libssl3', 'linux-base'] })
const numbers = new Map<string, number>()

type Write = (id: string, document: string) => void
let writes = 0
const write: Write = (id, document) => {
  writes += 1
  connection.run('INSERT INTO history (at, server_id, data) VALUES (?, ?, ?)', Date.now(), id, EVENT)
  const number = numbers.get(id)
  if (number !== undefined) connection.run('UPDATE servers SET document = ? WHERE number = ?', document, number)
  else {
    numbers.set(id, numbers.size + 1)
    connection.run('INSERT INTO servers (number, document) VALUES (?, ?)', numbers.size, document)
  }
}
const commits = createGroupCommit<Write>({
  tx: write,
  begin: () => connection.beginUnsynced(),
  commit: () => connection.commit(),
  rollback: () => connection.rollback(),
  writeCount: () => writes,
  committed: () => () => {},
  disk: walFileOf(join(directory, 'bare.db')),
})

const server = createServer(async (request, answer) => {
  const body = await readBody(request)
  const { seq } = JSON.parse(body) as { seq: number }
  const id = request.headers.authorization?.split('_')[1] ?? ''
  await commits.run((tx) => tx(id, body))
  answer.setHeader('content-type', 'application/json')
  answer.end(JSON.stringify({ seq, epoch: 'none', want: [], nextInMs: 60_000 }))
})
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo
  writeFileSync(readyFile, JSON.stringify({ url: `http://127.0.0.1:${port}` }))
})

function readBody(request: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')))
    request.on('error', reject)
  })
}
