// Somebody who is signed in, without a browser: pages as text, and forms as a browser sends them.
import { login } from '../../collector/api/auth.ts'
import type { Role } from '../../collector/store/records.ts'
import { paths } from '../../shared/protocol/paths.ts'
import type { TestCollector } from './test-collector.ts'

const FORM = 'application/x-www-form-urlencoded'
const SAME_SITE = { 'sec-fetch-site': 'same-origin' }

export class PageClient {
  readonly token: string
  readonly cookie: string
  readonly #collector: TestCollector

  constructor(collector: TestCollector, role: Role) {
    this.#collector = collector
    this.token = collector.createToken(role)
    this.cookie = login(collector.ctx, this.token)?.setCookie.split(';', 1)[0] ?? ''
  }

  get(url: string) {
    return this.#collector.app.inject({ method: 'GET', url, headers: { cookie: this.cookie } })
  }

  async page(url: string): Promise<string> {
    return (await this.get(url)).body
  }

  /** `fields` and nothing else, with whatever headers a sender may put on it. */
  send(url: string, fields: Record<string, string>, headers: Record<string, string> = SAME_SITE) {
    const payload = new URLSearchParams(fields).toString()
    return this.#collector.app.inject({
      method: 'POST',
      url,
      headers: { cookie: this.cookie, 'content-type': FORM, ...headers },
      payload,
    })
  }

  /** As the form on that page sends it. For operators and admins: readers have no form. */
  async submit(url: string, fields: Record<string, string>) {
    return this.send(url, { ...fields, form: await this.formToken() })
  }

  /** The value that every form of this session carries. */
  async formToken(): Promise<string> {
    const found = /<input type="hidden" name="form" value="([^"]+)"/.exec(await this.page(paths.joinKeysPage()))?.[1]
    if (found === undefined) throw new Error('there is no form for this role')
    return found
  }
}

/** A page as people read it: without markup, blanks joined. */
export function textOf(page: string): string {
  const main = page.slice(page.indexOf('<main'), page.indexOf('</main>'))
  return main
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
    .replaceAll('&lt;', '<')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/ ([.,:])/g, '$1')
}
