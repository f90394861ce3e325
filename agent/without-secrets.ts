/** The secret part of a credential, join key or token, wherever in a text it turns up. */
const SECRET = /\b(ovd[sjt]_[0-9a-z]{1,64})_[\w-]{43}/g

/** For everything that is logged or shown: a collector, or a proxy before it, may send back what it was sent. */
export function withoutSecrets(text: string): string {
  return text.replaceAll(SECRET, '$1_[secret]')
}
