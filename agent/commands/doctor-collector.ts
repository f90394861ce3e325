// Can the collector be reached? Step by step, because each step fails for another reason and has another fix: name,
// connection, certificate, answer, clock. Nothing secret is sent; doctor-accepted.ts does that, once the way is known to be good.
import { lookup } from 'node:dns/promises'
import { connect, isIP } from 'node:net'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import { formatDuration } from '../../shared/judgement/duration.ts'
import { paths } from '../../shared/protocol/paths.ts'
import { pinProblem } from '../delivery/pins.ts'
import { createHttpPost, type PostTarget } from '../delivery/transport-http.ts'
import { reasonOf } from '../delivery/transport.ts'
import { fail, type Finding, messageOf, ok, warn } from './doctor-finding.ts'

const STEP_MS_MAX = 5_000
const DAY_MS = 86_400_000
const CERTIFICATE_WARN_MS = 14 * DAY_MS
/** Ages are told by the collector's clock; a host this far off confuses people who read its own logs. */
const SKEW_WARN_MS = 60_000

/** The first machine on the way: the collector, or the proxy before it. */
type Hop = { host: string; port: number }

/** Stops at the first step that fails: what comes after it cannot work either. */
export async function checkCollector(target: PostTarget): Promise<Finding[]> {
  const { url, proxy = null } = target
  const isDirectTls = proxy === null && url.startsWith('https:')
  const hop = hopOf(new URL(proxy?.origin ?? url))
  const steps = [
    () => checkName(hop),
    () => checkConnection(hop),
    // Through a proxy the handshake is part of the last step.
    ...(isDirectTls ? [() => checkCertificate(hop, target)] : []),
    () => checkAnswer(target),
  ]
  const findings = [
    ok('collector', url),
    ...(proxy === null ? [] : [ok('proxy', `the way goes through ${proxy.origin}`)]),
  ]
  for (const step of steps) {
    findings.push(...(await step()))
    if (findings.at(-1)?.result === 'fail') break
  }
  return findings
}

function hopOf({ hostname, port, protocol }: URL): Hop {
  return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) || (protocol === 'https:' ? 443 : 80) }
}

async function checkName({ host }: Hop): Promise<Finding[]> {
  if (isIP(host) !== 0) return [ok('name', `${host} is an address`)]
  try {
    const found = await lookup(host, { all: true })
    return [ok('name', `${host} is ${found.map(({ address }) => address).join(', ')}`)]
  } catch (error) {
    return [fail('name', messageOf(error), `make ${host} resolvable here, or correct url (or proxy)`)]
  }
}

async function checkConnection({ host, port }: Hop): Promise<Finding[]> {
  try {
    const socket = connect({ host, port })
    await within('connect', socket, 'connect')
    socket.destroy()
    return [ok('connection', `${host} port ${port} accepts connections`)]
  } catch (error) {
    return [fail('connection', messageOf(error), `does it run, and may this host reach TCP port ${port} of it?`)]
  }
}

async function checkCertificate({ host, port }: Hop, { secureContext, pins = [] }: PostTarget): Promise<Finding[]> {
  const name = isIP(host) === 0 ? { servername: host } : {}
  const socket = connectTls({ host, port, ...name, ...(secureContext === null ? {} : { secureContext }) })
  try {
    await within('secureConnect', socket, 'TLS handshake')
    return [certificateFinding(socket, pins)]
  } catch (error) {
    return [fail('certificate', messageOf(error), 'name the authority that signs it with caFile, or correct url')]
  } finally {
    socket.destroy()
  }
}

function certificateFinding(socket: TLSSocket, pins: readonly string[]): Finding {
  const certificate = socket.getPeerCertificate()
  const problem = pins.length === 0 ? undefined : pinProblem(certificate, pins)
  if (problem !== undefined) return fail('certificate', problem.message, 'compare pins with the key the collector uses')
  const leftMs = Date.parse(certificate.valid_to) - Date.now()
  const says = `trusted, ${socket.getProtocol() ?? 'TLS'}, valid for ${formatDuration(leftMs)}`
  if (leftMs >= CERTIFICATE_WARN_MS) return ok('certificate', says)
  return warn('certificate', says, 'renew the certificate of the collector')
}

/** Asked as a report is sent, through the same proxy and with the same pins. The address takes no POST, and says so. */
async function checkAnswer(target: PostTarget): Promise<Finding[]> {
  const post = createHttpPost(target)
  try {
    const { status, headers } = await post.post({ path: paths.healthy(), headers: {}, body: '' })
    if (status === 200 || status === 405) return [ok('answer', 'the collector answers'), clockFinding(headers['date'])]
    const says = `${target.url}${paths.healthy()} answered ${status}`
    return [
      fail('answer', says, 'is this address an Overdue collector, and does a proxy before it let requests through?'),
    ]
  } catch (error) {
    return [fail('answer', reasonOf(error), 'look into the log of the collector, and of any proxy before it')]
  } finally {
    await post.close()
  }
}

function clockFinding(date: string | undefined): Finding {
  const theirs = Date.parse(date ?? '')
  if (Number.isNaN(theirs)) {
    return warn('clock', 'the collector does not say what time it is', 'is a proxy taking its Date header away?')
  }
  const skewMs = Date.now() - theirs
  const says = `${formatDuration(Math.abs(skewMs))} ${skewMs < 0 ? 'behind' : 'ahead of'} the collector`
  if (Math.abs(skewMs) <= SKEW_WARN_MS) return ok('clock', says)
  return warn('clock', says, 'let this host and the collector keep time, e.g. with chrony or systemd-timesyncd')
}

type Connecting = { once(event: string, listener: (value?: unknown) => void): unknown; destroy(): unknown }

function within(event: string, socket: Connecting, what: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      socket.destroy()
      reject(new Error(`${what}: nothing within ${STEP_MS_MAX / 1_000} s`))
    }, STEP_MS_MAX)
    socket.once(event, () => {
      clearTimeout(timer)
      resolve()
    })
    socket.once('error', (error) => {
      clearTimeout(timer)
      reject(error instanceof Error ? error : new Error(String(error)))
    })
  })
}
