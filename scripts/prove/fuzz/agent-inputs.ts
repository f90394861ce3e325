// What else comes to the agent: its own configuration, and the answers of whoever calls himself the collector.
import { afterSend, type AfterSend, type Attempt } from '../../../agent/delivery/after-send.ts'
import { checkConfig, mergeConfig } from '../../../agent/settings/config.ts'
import { ConfigError } from '../../../agent/settings/config-error.ts'
import { planDelivery, startDelivery, type DeliveryState, type Digests } from '../../../agent/delivery/delivery.ts'
import { SEQ_MAX, toSendResult } from '../../../agent/delivery/reply.ts'
import type { SendResult } from '../../../agent/delivery/send-result.ts'
import { ASK_ID_LENGTH_MAX } from '../../../shared/protocol/limits.ts'
import { PROBLEMS } from '../../../shared/protocol/problems.ts'
import { SECTION_NAMES } from '../../../shared/sections/names.ts'
import { lookAt } from './agent-files.ts'
import { IP_ADDRESS_JSON } from './memory-host.ts'
import { mutateJson } from './mutate-json.ts'
import { mutateText } from './mutate-text.ts'
import { ODD_NUMBERS, ODD_TEXTS } from './odd-values.ts'
import type { Random } from './random.ts'
import { SurfaceFault, textOf, type Surface } from './surface.ts'

const HOST_FILES = new Map([[IP_ADDRESS_JSON, '[]']])
const CONFIGURATION = `# how this host introduces itself
url = "https://overdue.example.net/prefix"
allowPlainHttp = false
caFile = "/etc/overdue/ca.pem"
name = "web-1"
application = "shop"
environment = "prod"
heartbeat = "60s"
backoffMax = "5m"

[tags]
role = "web"
"rack/no" = "a1"
`

export const configurationSurface: Surface = {
  name: 'agent-toml',
  async open() {
    return {
      input: (random) => {
        const text = random.chance(0.7) ? withOddSetting(random) : CONFIGURATION
        return random.chance(0.5) ? mutateText(text, random) : text
      },
      feed: async (text) => readConfiguration(textOf(text)),
      check: async () => {},
      close: async () => {},
    }
  },
}

const OTHER_KINDS: readonly unknown[] = [...ODD_NUMBERS, true, [], ['a'], {}]

/** Still TOML: what gets as far as the check of the one setting. */
function withOddSetting(random: Random): string {
  const lines = CONFIGURATION.split('\n')
  const settings = [...lines.keys()].filter((at) => lines[at]?.includes(' = '))
  const at = random.pick(settings)
  const odd: readonly unknown[] = [
    ...ODD_TEXTS,
    'https://[::1',
    'http://127.0.0.1:1',
    'https://a:b@c',
    '1ms',
    '59s',
    '3600s',
    '999999999h',
  ]
  const value = JSON.stringify(random.pick(random.chance(0.7) ? odd : OTHER_KINDS))
  lines[at] = `${lines[at]?.split(' = ', 1)[0] ?? ''} = ${value}`
  return lines.join('\n')
}

/** Refused with the key and the fix, or taken; what is taken makes a report that a collector takes. */
async function readConfiguration(text: string): Promise<string> {
  try {
    const file = { path: '/etc/overdue/agent.toml', text }
    const config = checkConfig(mergeConfig({ flags: {}, environment: {}, file }), {})
    await lookAt(HOST_FILES, ['host'], { labels: config.labels })
    return 'taken'
  } catch (error) {
    if (error instanceof ConfigError) return 'refused'
    throw error
  }
}

const CAP_MS = 300_000
const PATIENT_MS_MAX = 15 * 60_000
/** A collector may ask for a pause of its own; a Retry-After of nine digits of seconds is the longest there is. */
const PAUSE_MS_MAX = 1_000_000_000_000
const DIGESTS: Digests = Object.fromEntries(SECTION_NAMES.map((name) => [name, name.repeat(3)]))
const STATUSES = [200, 201, 204, 301, 400, 401, 403, 404, 409, 410, 413, 415, 422, 429, 500, 502, 503, 999]
const HEADERS = ['retry-after', 'date', 'content-type', 'location', 'preference-applied']

export const answerSurface: Surface = {
  name: 'collector-answers',
  async open() {
    return {
      input: (random) => ({
        answers: Array.from({ length: 1 + random.below(6) }, () => answer(random)),
        isPolling: random.chance(0.5),
      }),
      feed: async (input) => deliver(input as Conversation),
      check: async () => {},
      close: async () => {},
    }
  },
}

type Conversation = { answers: Answer[]; isPolling: boolean }
type Answer = { status: number; headers: Record<string, string>; text: string }

function answer(random: Random): Answer {
  const status = random.pick(STATUSES)
  const ask = random.chance(0.5) ? { ask: { id: 'ask-1', scan: random.chance(0.5) } } : {}
  const accepted = { seq: 1, epoch: 'e1', want: ['kernel', 'sentinel'], nextInMs: 60_000, ...ask }
  const problem = {
    type: 'x',
    title: 'No',
    status,
    kind: random.pick(Object.keys(PROBLEMS)),
    lastSeq: 5,
    detail: 'why',
    errors: [{ pointer: '#/a', detail: 'x' }],
  }
  const value = status < 300 ? accepted : problem
  const text = JSON.stringify(random.chance(0.2) ? value : mutateJson(value, random)) ?? ''
  const headers = Object.fromEntries(
    HEADERS.filter(() => random.chance(0.3)).map((name) => [
      name,
      random.pick(['5', '999999999', 'Sun, 22 Nov 2026 12:00:00 GMT', 'wait', random.pick(ODD_TEXTS)]),
    ]),
  )
  return { status, headers, text: random.chance(0.3) ? mutateText(text, random) : text }
}

/** A conversation: every answer moves the state of delivery on, and the state stays one that can be gone on from. */
function deliver({ answers, isPolling }: Conversation): string {
  let state = startDelivery('1'.repeat(32))
  let nowMs = 0
  const kinds: string[] = []
  for (const given of answers) {
    const result = toSendResult(given, nowMs)
    kinds.push(result.kind)
    if ('problem' in result) requirePlain(result.problem)
    if (result.kind === 'revoked' && given.status !== 410)
      throw new SurfaceFault(`${given.status} revoked the credential`)
    requireAsk(result)
    const sent = isPolling
      ? { whole: null, poll: { waitMs: 57_000, tookMs: 900 } }
      : { whole: SECTION_NAMES, poll: null }
    const attempt: Attempt = { seq: state.lastSeq + 1, digests: DIGESTS, answers: null, ...sent }
    state = afterSend(state, attempt, result, circumstances(nowMs))
    requireSane(state, nowMs)
    nowMs += 1_000
  }
  return kinds.at(-1) ?? ''
}

/** Its id goes into the next report, which a collector has to take. */
function requireAsk(result: SendResult): void {
  const id = result.kind === 'accepted' ? result.ask?.id : undefined
  if (id !== undefined && (id === '' || id.length > ASK_ID_LENGTH_MAX)) throw new SurfaceFault(`takes the ask ${id}`)
}

function circumstances(nowMs: number): AfterSend {
  return {
    nowMs,
    capMs: CAP_MS,
    configuredHeartbeatMs: null,
    spread: 0,
    random: () => 0.5,
    newInstance: () => '2'.repeat(32),
  }
}

function requireSane(state: DeliveryState, nowMs: number): void {
  const { pause, lastSeq, standing } = state
  if (!Number.isSafeInteger(lastSeq) || lastSeq > SEQ_MAX + 10) throw new SurfaceFault(`counts on from ${lastSeq}`)
  const longest = pause?.demanded === true ? PAUSE_MS_MAX : PATIENT_MS_MAX
  if (pause !== null && !(pause.delayMs >= 0 && pause.delayMs <= longest))
    throw new SurfaceFault(`waits ${pause.delayMs} ms`)
  const plan = planDelivery(state, DIGESTS, nowMs)
  const waitsForEver = plan.kind === 'wait' && (plan.untilMs === null || !Number.isFinite(plan.untilMs))
  if (waitsForEver && standing !== 'revoked') throw new SurfaceFault(`waits for ever, ${standing}`)
}

/** Part of a log line: what a collector wrote must not be obeyed by a terminal. */
function requirePlain(problem: string): void {
  // oxlint-disable-next-line no-control-regex -- that is what must not be there
  if (/[\u0000-\u001f\u007f]/.test(problem)) throw new SurfaceFault(`control characters in ${JSON.stringify(problem)}`)
}
