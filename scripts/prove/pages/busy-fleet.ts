// Other servers of the fleet that change all the time, so that a page is measured as it is on a working day.
import { randomBytes } from 'node:crypto'
import { paths } from '../../../shared/protocol/paths.ts'
import { formatSecret, hashSecret } from '../../../shared/secret.ts'
import { ReportBuilder } from '../../../test/support/report-builder.ts'

const SERVERS = 10

type Member = { report: ReportBuilder; credential: string }

/** `changesPerSecond` flags come and go elsewhere, until it is disposed of. */
export async function startBusyFleet(url: string, joinKey: string, changesPerSecond: number): Promise<Disposable> {
  const members: Member[] = []
  for (let index = 0; index < SERVERS; index++) members.push(await enroll(url, joinKey, `busy-${index}`))
  let turn = 0
  const timer = setInterval(() => {
    const member = members[turn % SERVERS]
    if (member !== undefined) void change(url, member, Math.floor(turn / SERVERS) % 2 === 0)
    turn += 1
  }, 1_000 / changesPerSecond)
  return { [Symbol.dispose]: () => clearInterval(timer) }
}

async function enroll(url: string, joinKey: string, name: string): Promise<Member> {
  const secret = randomBytes(32).toString('base64url')
  const answer = await post(url + paths.enroll(), joinKey, { proto: 1, credentialHash: hashSecret(secret), name })
  const { serverId } = (await answer.json()) as { serverId: string }
  return { report: new ReportBuilder(name), credential: formatSecret('ovds', serverId, secret) }
}

async function change(url: string, { report, credential }: Member, isRequired: boolean): Promise<void> {
  if (isRequired) report.raiseFlag()
  else report.clearFlag()
  await post(url + paths.report(), credential, report.whole())
}

async function post(url: string, secret: string, body: unknown): Promise<Response> {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${secret}` }
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`)
  return answer
}
