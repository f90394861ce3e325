// Where to go after the login. Whatever a link says, it is one of our own pages: an open redirect would lend our name
// to a page that asks for the token again.
import { paths } from '../../shared/protocol/paths.ts'

const LENGTH_MAX = 2_048
/** Any base shows whether a text is a path of ours or leads elsewhere; this one can never be reached. */
const ANY_BASE = 'http://collector.invalid'

/** `wanted` if it is a path of this site, else the fleet page. */
export function safeNextPath(wanted: unknown): string {
  if (typeof wanted !== 'string' || wanted.length > LENGTH_MAX) return paths.fleetPage()
  // Browsers read a backslash as a slash, and "//host" as another host; URL.parse drops tabs and line ends.
  if (!/^\/(?![/\\])/.test(wanted) || /[\\\p{Cc}]/u.test(wanted)) return paths.fleetPage()
  const url = URL.parse(wanted, ANY_BASE)
  if (url === null || url.origin !== ANY_BASE) return paths.fleetPage()
  if (url.pathname === paths.loginPage() || url.pathname === paths.logout()) return paths.fleetPage()
  // "/.//host" normalises to "//host".
  return url.pathname.startsWith('//') ? paths.fleetPage() : url.pathname + url.search
}
