// Join keys that are refused, each for another reason, and what is answered to whoever tries one.
import { paths } from '../../../shared/protocol/paths.ts'
import { formatSecret } from '../../../shared/secret.ts'
import { TestCollector } from '../../../test/support/test-collector.ts'

export const REFUSALS = ['expired', 'spent', 'revoked', 'wrong-secret', 'not-from-here'] as const
export type RefusalName = (typeof REFUSALS)[number]

/** What can be compared of an answer: all of it but the number of the request. */
export type Refusal = { status: number; headers: Record<string, unknown>; body: string }

const BODY = { proto: 1, credentialHash: 'h'.repeat(43), name: 'x' }

export class RefusalRig {
  readonly #collector = new TestCollector()
  readonly #keys: Readonly<Record<RefusalName | 'unknown', string>>

  constructor() {
    const collector = this.#collector
    const now = collector.clock.now()
    collector.createJoinKey({ id: 'good' })
    this.#keys = {
      unknown: formatSecret('ovdj', 'nobody', 'x'.repeat(43)),
      expired: collector.createJoinKey({ expiresAt: now }),
      spent: collector.createJoinKey({ usesMax: 1, uses: 1 }),
      revoked: collector.createJoinKey({ revokedAt: now }),
      'wrong-secret': formatSecret('ovdj', 'good', 'x'.repeat(43)),
      'not-from-here': collector.createJoinKey({ cidrs: ['10.0.0.0/8'] }),
    }
  }

  async ask(name: RefusalName | 'unknown'): Promise<Refusal> {
    const answer = await this.#collector.post(paths.enroll(), this.#keys[name], BODY)
    const { date: _, ...headers } = answer.headers
    const body = answer.body.replace(/\/requests\/[\w-]+/, '/requests/ID')
    return { status: answer.statusCode, headers, body }
  }

  /** Ms until the answer was there. */
  async timeOf(name: RefusalName | 'unknown'): Promise<number> {
    const startedAt = performance.now()
    await this.#collector.post(paths.enroll(), this.#keys[name], BODY)
    return performance.now() - startedAt
  }

  close(): Promise<void> {
    return this.#collector.close()
  }
}
