// Asks the metadata service of EC2, Google Cloud or Azure which public addresses lead to this machine. Only where
// agent.toml says so: an address that any cloud, or anybody who stands for one, answers at is asked nothing by itself.
// It proves that an address is mapped, never that a security group lets anything in.
import { request } from 'node:http'
import { isRecord } from '../files/json.ts'
import { isPublicAddress } from '../settings/network-settings.ts'

/** `provider`: who answered; null: nobody did. `addresses`: public ones of IPv4; interfaces have those of IPv6 themselves. */
export type CloudAnswer = { kind: 'told'; provider: string; addresses: string[] } | { kind: 'failed'; why: string }

/** The same link-local address with all of them. */
const ORIGIN = 'http://169.254.169.254'
const EXCHANGE_MS_MAX = 2_000
const ANSWER_BYTES_MAX = 256 * 1024

type Ask = (method: 'GET' | 'PUT', path: string, headers: Record<string, string>) => Promise<Answer>
type Answer = { status: number; headers: Readonly<Record<string, unknown>>; text: string }

/** Never rejects. `origin` is another one in tests. */
export async function askCloud({ origin = ORIGIN, msMax = EXCHANGE_MS_MAX } = {}): Promise<CloudAnswer> {
  const ask: Ask = (method, path, headers) => exchange(`${origin}${path}`, { method, headers }, msMax)
  try {
    for (const [provider, look] of PROVIDERS) {
      const found = await look(ask)
      if (found !== null) return { kind: 'told', provider, addresses: [...new Set(found)].filter(isPublicAddress) }
    }
    return { kind: 'failed', why: 'what answers there is no metadata service of EC2, Google Cloud or Azure' }
  } catch (error) {
    return { kind: 'failed', why: error instanceof Error ? error.message : String(error) }
  }
}

/** Each answers null where another cloud's service answers. */
const PROVIDERS: readonly (readonly [string, (ask: Ask) => Promise<string[] | null>])[] = [
  ['EC2', ec2],
  ['Google Cloud', googleCloud],
  ['Azure', azure],
]

/** IMDSv2: a token first, which no request that was tricked out of a program can bring. */
async function ec2(ask: Ask): Promise<string[] | null> {
  const token = await ask('PUT', '/latest/api/token', { 'x-aws-ec2-metadata-token-ttl-seconds': '60' })
  if (token.status !== 200 || !/^[\w+/=-]{1,512}$/.test(token.text)) return null
  const found = await ask('GET', '/latest/meta-data/public-ipv4', { 'x-aws-ec2-metadata-token': token.text })
  // An instance without a public address has no such page.
  return found.status === 200 ? [found.text.trim()] : found.status === 404 ? [] : null
}

async function googleCloud(ask: Ask): Promise<string[] | null> {
  const path = '/computeMetadata/v1/instance/network-interfaces/?recursive=true'
  const { status, headers, text } = await ask('GET', path, { 'metadata-flavor': 'Google' })
  if (status !== 200 || headers['metadata-flavor'] !== 'Google') return null
  return listOf(parsed(text)).flatMap((one) =>
    listOf(one['accessConfigs']).flatMap(({ externalIp }) => texts(externalIp)),
  )
}

async function azure(ask: Ask): Promise<string[] | null> {
  const { status, text } = await ask('GET', '/metadata/instance/network?api-version=2021-02-01', { metadata: 'true' })
  const found = status === 200 ? parsed(text) : null
  if (!isRecord(found) || !Array.isArray(found['interface'])) return null
  const all = listOf(found['interface']).flatMap(({ ipv4 }) => (isRecord(ipv4) ? listOf(ipv4['ipAddress']) : []))
  // Empty behind a load balancer of the kind "standard".
  return all.flatMap(({ publicIpAddress }) => texts(publicIpAddress))
}

function texts(value: unknown): string[] {
  return typeof value === 'string' && value !== '' ? [value] : []
}

function listOf(value: unknown): Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value.filter(isRecord) : []
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return null
  }
}

/** Redirects are not followed, and no proxy stands between a machine and its own cloud. */
function exchange(
  url: string,
  { method, headers }: { method: string; headers: Record<string, string> },
  msMax: number,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(msMax)
    signal.addEventListener('abort', () => reject(new Error(`no answer of ${new URL(url).host} within ${msMax} ms`)))
    const asked = request(url, { method, headers, signal, agent: false }, (reply) => {
      let text = ''
      reply.setEncoding('utf8')
      reply.on('data', (piece: string) => {
        text += piece
        if (text.length > ANSWER_BYTES_MAX) reply.destroy(new Error('the answer is too long'))
      })
      reply.on('end', () => resolve({ status: reply.statusCode ?? 0, headers: reply.headers, text }))
      reply.on('error', reject)
    })
    asked.on('error', reject)
    asked.end()
  })
}
