import { describe, expect, it } from 'vitest'
import { addressesOfInterfaces, addressesOfIpJson } from '../../../agent/host/addresses.ts'

const info = { netmask: '', mac: '', internal: false } as const

describe('addresses of interfaces', () => {
  it.each([
    ['127.0.0.53/8', 'IPv4', 'host'],
    ['::1/128', 'IPv6', 'host'],
    ['169.254.10.1/16', 'IPv4', 'link'],
    ['fe80::1/64', 'IPv6', 'link'],
    ['febf::1/64', 'IPv6', 'link'],
    ['fec0::1/64', 'IPv6', 'global'],
    ['10.0.0.1/24', 'IPv4', 'global'],
    ['2001:db8::1/64', 'IPv6', 'global'],
  ] as const)('%s, which is %s, is of scope %s', (cidr, family, scope) => {
    const [address = '', prefix] = cidr.split('/')
    const entry = { ...info, address, family, cidr, scopeid: 0 }

    const found = addressesOfInterfaces({ eth0: [entry] })

    expect(found).toEqual([
      { interface: 'eth0', family: family === 'IPv4' ? 4 : 6, address, prefixLength: Number(prefix), scope },
    ])
  })

  it('do without the zone and without a network', () => {
    const entry = { ...info, address: 'fe80::1%eth0', family: 'IPv6', cidr: null, scopeid: 2 } as const

    expect(addressesOfInterfaces({ eth0: [entry], none: undefined })).toEqual([
      { interface: 'eth0', family: 6, address: 'fe80::1', prefixLength: 128, scope: 'link' },
    ])
  })

  it('come from ip -j address too, and links without any are fine', () => {
    const text = JSON.stringify([
      { ifname: 'lo', addr_info: [{ family: 'inet', local: '127.0.0.1', prefixlen: 8 }] },
      { ifname: 'down' },
      {},
    ])

    expect(addressesOfIpJson(text)).toEqual([
      { interface: 'lo', family: 4, address: '127.0.0.1', prefixLength: 8, scope: 'host' },
    ])
    expect(() => addressesOfIpJson('{"no":"list"}')).toThrow('expected a list')
  })

  it.each([
    '[{"ifname":"lo","addr_info":[{"local":"::1","prefixlen":-1}]}]',
    '[{"ifname":"lo","addr_info":[{"local":"127.0.0.1","prefixlen":33}]}]',
    '[{"ifname":"lo","addr_info":[{"local":"localhost","prefixlen":8}]}]',
    '[{"ifname":"lo","addr_info":{"local":"::1"}}]',
    '[{"ifname":["lo"],"addr_info":[]}]',
  ])('are not taken from what ip cannot have printed: %s', (text) => {
    expect(() => addressesOfIpJson(text)).toThrow('ip -j address')
  })
})
