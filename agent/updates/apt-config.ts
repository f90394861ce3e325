// apt's settings as they take effect, out of what `apt-config dump` prints: no file alone says what counts. Pure. Real lines:
//   APT::Periodic::Unattended-Upgrade "1";
//   Unattended-Upgrade::Package-Blacklist:: "linux-";
const LINE = /^([^\s"]+) "(.*)";$/

/** Names are the same in any case, apt.conf(5). */
export class AptConfig {
  readonly #values = new Map<string, string[]>()

  constructor(dump: string) {
    for (const line of dump.split('\n')) {
      const [, name, value] = LINE.exec(line) ?? []
      if (name === undefined || value === undefined) continue
      const key = name.toLowerCase()
      this.#values.set(key, [...(this.#values.get(key) ?? []), value])
    }
  }

  /** Null where it is not set, or to nothing. */
  text(name: string): string | null {
    return this.#values.get(name.toLowerCase())?.at(-1) || null
  }

  /** Of a list, which is written with "::" behind its name. */
  list(name: string): string[] {
    return (this.#values.get(`${name.toLowerCase()}::`) ?? []).filter((value) => value !== '')
  }

  /** As apt itself reads them. */
  flag(name: string, otherwise: boolean): boolean {
    const word = this.text(name)?.toLowerCase() ?? null
    if (word === null) return otherwise
    if (/^(?:yes|true|with|on|enable|[1-9]\d*)$/.test(word)) return true
    return /^(?:no|false|without|off|disable|0+)$/.test(word) ? false : otherwise
  }

  /** A period of APT::Periodic: days, or a number with s, m, h or d, or "always"; 0 and what is missing is never. */
  isPeriodic(name: string): boolean {
    const word = this.text(name)
    return word !== null && (word === 'always' || /^0*[1-9]\d*[smhd]?$/.test(word))
  }
}
