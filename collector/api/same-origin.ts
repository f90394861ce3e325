// Did a page of ours make the browser send this? The second line of defence behind SameSite=Strict.
import type { IncomingHttpHeaders } from 'node:http'

/**
 * True when the browser says so (Sec-Fetch-Site), or, where it does not send that (plain HTTP to another machine), when
 * Origin names the host that was asked or the public one. A request with neither header is not taken for a page's.
 */
export function isSameOrigin(request: { headers: IncomingHttpHeaders }, publicUrl: string | null): boolean {
  const site = request.headers['sec-fetch-site']
  if (site !== undefined) return site === 'same-origin'
  const origin = hostOf(request.headers.origin)
  if (origin === null) return false
  return origin === request.headers.host || origin === hostOf(publicUrl ?? undefined)
}

function hostOf(url: string | undefined): string | null {
  if (url === undefined || !URL.canParse(url)) return null
  return new URL(url).host
}
