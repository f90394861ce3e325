// CIDR blocks as RFC 4632 and RFC 4291 write them.
import { isIP } from 'node:net'

/** "10.0.0.0/8", "2001:db8::/32", or one address. */
export function isCidr(text: string): boolean {
  const [address = '', prefix, ...rest] = text.split('/')
  const version = isIP(address)
  if (version === 0 || rest.length > 0) return false
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (version === 4 ? 32 : 128))
}
