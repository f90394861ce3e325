// What a recording may tell strangers: how a host is set up, not which one it is.
import type { HostAddress } from '../../shared/sections/host.ts'

export const RECORDED_NAME = 'recorded-host'
const RECORDED_MACHINE_ID = '0123456789abcdef0123456789abcdef'
const RECORDED_BOOT_ID = '01234567-89ab-4cde-8f01-23456789abcd'

/** `packages`: names the host's flag lists, which its log is searched for. */
export type Redaction = { hostName: string; packages: readonly string[] }

export function redactText(path: string, text: string, redaction: Redaction): string {
  if (path === '/etc/machine-id') return `${RECORDED_MACHINE_ID}\n`
  if (path === '/proc/sys/kernel/random/boot_id') return `${RECORDED_BOOT_ID}\n`
  return withoutName(relevantPart(path, text, redaction.packages), redaction.hostName)
}

/** Short names ("vm", "web") are parts of ordinary words, so only a whole word is the host's name. */
export function withoutName(text: string, hostName: string): string {
  if (hostName === '') return text
  const escaped = hostName.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
  return text.replace(new RegExp(`(?<![\\w.-])${escaped}(?![\\w-])`, 'g'), RECORDED_NAME)
}

/** Long files are cut to what probes look for: which packages and disks a host has is nobody's business. */
function relevantPart(path: string, text: string, packages: readonly string[]): string {
  if (path === '/var/lib/dpkg/status') return kernelStanzas(text)
  if (path.startsWith('/var/log/dpkg.log')) return logOf(text, packages)
  if (path.startsWith('/var/log/apt/history.log')) return historyOf(text, packages)
  if (path === '/proc/self/mountinfo') return mountsOf(text)
  if (path === '/proc/1/stat') return text.replace(/\(.*\)/s, '(init)')
  if (/^\/proc\/net\/(?:tcp|udp)6?$/.test(path)) return socketsOf(text)
  if (path === '/proc/locks' || path === '/run/ostree/staged-deployment') return ''
  if (path === '/proc/cpuinfo') return linesWhere(text, /^flags\s*:/)
  return text
}

/** Who is connected stays out, and so does the address of the host: a socket is bound to everything, to the loopback, or to one of ours. */
function socketsOf(text: string): string {
  const [header = '', ...rows] = text.split('\n')
  const bound = rows.filter((row) => /^\s*\d+: \S+ 0+:0000 (?:0A|07) /.test(row))
  return [header, ...bound.map((row) => row.replace(OWN_ADDRESS, documentationAddress)), ''].join('\n')
}

/** Neither a wildcard nor a loopback, in either order of bytes, nor link-local. */
const OWN_ADDRESS = /(?<=: )(?!0+:|[0-9A-F]{6}7F:|7F|0{24}0(?:1000000|0000001):|80FE|000080FE|FE80)[0-9A-F]{8,32}(?=:)/

function documentationAddress(hex: string): string {
  return hex.length === 8 ? '010200C0' : 'B80D0120000000000000000001000000'
}

/** Mount points that decide something, and nothing of what is mounted there but its type. */
function mountsOf(text: string): string {
  const shown = linesWhere(text, /^(?:\S+ ){4}(?:\/|\/run|\/var|\/var\/run|\/proc\/uptime) /)
  return shown.replace(/( - \S+) .*$/gm, '$1 none rw')
}

/** The first line stays as a time: it says how far the log goes back. */
function logOf(text: string, packages: readonly string[]): string {
  const begin = /^\S+ \S+/.exec(text)?.[0]
  const lines = text.split('\n').filter((line) => line.split(' ').some((word) => isTelling(word, packages)))
  return [...(begin === undefined ? [] : [`${begin} startup archives install`]), ...lines, ''].join('\n')
}

/** "libc6:amd64" is libc6. */
function isTelling(word: string, packages: readonly string[]): boolean {
  const [name = ''] = word.split(':', 1)
  return name.startsWith('linux-image-') || packages.includes(name)
}

/** Who ran what with which arguments stays out: of a command the program is left, of a person that there was one. */
function historyOf(text: string, packages: readonly string[]): string {
  const lines = text.split('\n').flatMap((line) => {
    const [key = '', value = ''] = line.split(/: (.*)/s, 2)
    if (line === '' || key.endsWith('-Date')) return [line]
    if (key === 'Commandline') return [`${key}: ${value.split(' ', 1)[0] ?? ''}`]
    if (key === 'Requested-By') return [`${key}: somebody (1000)`]
    const items = value.split('), ').filter((item) => item.includes(' (') && isTelling(item, packages))
    return items.length === 0 ? [] : [`${key}: ${items.map((item) => item.replace(/\)?$/, ')')).join(', ')}`]
  })
  return lines.join('\n')
}

function kernelStanzas(status: string): string {
  const stanzas = status.split('\n\n').filter((stanza) => stanza.startsWith('Package: linux-image'))
  return stanzas.map((stanza) => `${linesWhere(stanza, /^(?:Package|Status|Architecture|Version): /)}\n`).join('')
}

function linesWhere(text: string, pattern: RegExp): string {
  const lines = text.split('\n').filter((line) => pattern.test(line))
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`
}

/** Addresses of the documentation ranges, RFC 5737 and RFC 3849; what is only local says nothing and stays. */
export function redactAddresses(addresses: readonly HostAddress[]): HostAddress[] {
  let next = 0
  return addresses.map((address) => {
    if (address.scope === 'host') return address
    next += 1
    if (address.family === 4) return { ...address, address: `192.0.2.${next}` }
    return { ...address, address: `${address.scope === 'link' ? 'fe80::' : '2001:db8::'}${next.toString(16)}` }
  })
}
