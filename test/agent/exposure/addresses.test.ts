import { isIPv6 } from 'node:net'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { classOf } from '../../../agent/exposure/address-class.ts'
import { bindVerdict } from '../../../agent/exposure/bind-verdict.ts'
import { formatAddress, mappedAddress, parseKernelHex } from '../../../agent/exposure/socket-address.ts'

describe('an address of the kernel’s tables', () => {
  it.each([
    ['0100007F', '127.0.0.1'],
    ['281E140A', '10.20.30.40'],
    ['00000000000000000000000001000000', '::1'],
    ['563412FD000000000000000040000000', 'fd12:3456::40'],
    ['B80D0120000001000000000010000000', '2001:db8:1::10'],
    ['00000000000000000000000000000000', '::'],
    ['B80D0120010000000000000001000000', '2001:db8:0:1::1'],
  ])('%s is %s on a little-endian machine', (hex, text) => {
    expect(formatAddress(parseKernelHex(hex, 'LE'))).toBe(text)
  })

  it('is in the order of the machine’s own numbers', () => {
    expect(formatAddress(parseKernelHex('7F000001', 'BE'))).toBe('127.0.0.1')
    expect(formatAddress(parseKernelHex('00000000000000000000000000000001', 'BE'))).toBe('::1')
  })

  it('is written as every other program writes it', () => {
    const rest = fc.array(fc.oneof(fc.constant(0), fc.nat({ max: 255 })), { minLength: 15, maxLength: 15 })
    fc.assert(
      // Addresses that begin with zeros may embed an IPv4 one, which the platform writes in another way.
      fc.property(fc.integer({ min: 1, max: 255 }), rest, (first, others) => {
        const text = formatAddress([first, ...others])
        expect(isIPv6(text)).toBe(true)
        expect(text).toBe(new URL(`http://[${text}]`).hostname.slice(1, -1))
      }),
    )
  })
})

describe('the class of an address', () => {
  const four = (text: string) => text.split('.').map(Number)

  it.each([
    ['0.0.0.0', 'wildcard'],
    ['127.0.0.53', 'loopback'],
    ['169.254.169.254', 'link-local'],
    ['10.0.0.1', 'private'],
    ['172.16.0.1', 'private'],
    ['172.31.255.255', 'private'],
    ['172.32.0.1', 'global'],
    ['192.168.1.1', 'private'],
    ['100.64.0.1', 'private'],
    ['100.128.0.1', 'global'],
    ['224.0.0.251', 'multicast'],
    ['203.0.113.10', 'global'],
  ])('%s is %s', (text, expected) => {
    expect(classOf(four(text))).toBe(expected)
    // ::ffff:a.b.c.d speaks IPv4 alone, so it is what the inner address is.
    expect(classOf([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, ...four(text)])).toBe(expected)
  })

  it.each([
    ['00000000000000000000000000000000', 'wildcard'],
    ['00000000000000000000000000000001', 'loopback'],
    ['FE800000000000000000000000000001', 'link-local'],
    ['FD123456000000000000000000000040', 'private'],
    ['FF0200000000000000000000000000FB', 'multicast'],
    ['20010DB8000100000000000000000010', 'global'],
  ])('%s is %s', (hex, expected) => {
    expect(classOf(parseKernelHex(hex, 'BE'))).toBe(expected)
  })

  it('finds the IPv4 address inside an IPv6 one, and none in others', () => {
    expect(mappedAddress(parseKernelHex('00000000000000000000FFFF0A141E28', 'BE'))).toEqual([10, 20, 30, 40])
    expect(mappedAddress(parseKernelHex('0000000000000000000000000A141E28', 'BE'))).toBeNull()
    expect(mappedAddress([10, 20, 30, 40])).toBeNull()
  })
})

describe('a bind address', () => {
  it.each([
    ['loopback', 'filtered', 'loopback-bind'],
    ['link-local', 'filtered', 'link-local-bind'],
    ['wildcard', 'unknown', 'not-scanned'],
    ['private', 'unknown', 'not-scanned'],
    ['global', 'unknown', 'not-scanned'],
    ['multicast', 'unknown', 'not-scanned'],
  ] as const)('that is %s is %s: %s', (bound, verdict, reason) => {
    expect(bindVerdict(bound)).toEqual({ verdict, reason })
  })
})
