// What systemd lets through to a unit, as far as it decides who reaches a port.
import { describe, expect, it } from 'vitest'
import { readUnitFilters } from '../../../agent/commands/scan-firewall-units.ts'
import { parseSockets } from '../../../agent/exposure/sockets.ts'
import { unitFilterOf, type UnitFilter } from '../../../agent/exposure/unit-filter.ts'
import { createRecordedHost } from '../../../agent/host/recorded-host.ts'
import { makeRecording, type HostFiles } from '../../support/recorded-host.ts'
import { judged, nftTable, nftText, dport, verdictOf } from './exposed-host.ts'

const DENYING = unitFilterOf([['[Service]\nIPAddressDeny=any\n']])
const socketOf = (unit: string, port = 80) =>
  `tcp LISTEN 0 16 0.0.0.0:${port} 0.0.0.0:* ino:1 sk:1 cgroup:/system.slice/${unit} <->`
const filtersOf = (filters: Record<string, UnitFilter | null>) => (cgroup: string) =>
  filters[cgroup.split('/').at(-1) ?? ''] ?? null

/** The verdict on port 80 of web.service on a host with these files. */
async function verdictWith(
  files: HostFiles,
  unit = 'web.service',
  slice = 'system.slice',
): Promise<string | undefined> {
  const ss = `tcp LISTEN 0 16 0.0.0.0:80 0.0.0.0:* ino:1 sk:1 cgroup:/${slice}/${unit} <->`
  const host = createRecordedHost({ directory: makeRecording(files), clock: 'recorded' })
  const { of } = await readUnitFilters(host, parseSockets(ss))
  return verdictOf(judged({ ss, input: { filtersOf: of } }), 4)
}
const DENY = '[Service]\nIPAddressDeny=any\n'
const UNIT = 'etc/systemd/system/web.service'

describe('files of a unit', () => {
  it.each([
    ['the unit', { [UNIT]: DENY }],
    ['a drop-in of the unit', { [`${UNIT}.d/deny.conf`]: DENY }],
    ['a drop-in of all services', { 'etc/systemd/system/service.d/deny.conf': DENY }],
    ['the slice', { 'etc/systemd/system/system.slice.d/deny.conf': DENY }],
    ['the slice around all', { 'etc/systemd/system/-.slice.d/deny.conf': DENY }],
  ])('that deny everybody close the port: %s', async (_, files) => {
    expect(await verdictWith(files)).toBe('filtered unit-ip-filter')
  })

  it('may lie in a drop-in for all units whose names begin alike', async () => {
    const files = { 'etc/systemd/system/web-.service.d/deny.conf': DENY }

    expect(await verdictWith(files, 'web-shop.service')).toBe('filtered unit-ip-filter')
    expect(await verdictWith(files, 'webshop.service')).toBe('exposed no-firewall')
  })

  it('let in again whom the slice around them denies', async () => {
    const slice = { 'etc/systemd/system/system.slice.d/deny.conf': DENY }

    expect(await verdictWith({ ...slice, [UNIT]: '[Service]\nIPAddressAllow=any\n' })).toBe('exposed no-firewall')
    expect(await verdictWith({ ...slice, [UNIT]: '[Service]\nIPAddressAllow=10.0.0.0/8\n' })).toBe(
      'filtered unit-ip-filter',
    )
  })

  it('take the place of one of the same name that the distribution brings', async () => {
    const files = {
      'usr/lib/systemd/system/web.service.d/10-harden.conf': DENY,
      'etc/systemd/system/web.service.d/10-harden.conf': '[Service]\nNice=1\n',
    }

    expect(await verdictWith(files)).toBe('exposed no-firewall')
  })

  it.each(['RestrictNetworkInterfaces=eth1', 'IPIngressFilterPath=/sys/fs/bpf/filter'])(
    'that say %s leave it not known',
    async (line) => {
      expect(await verdictWith({ [UNIT]: `[Service]\n${line}\n` })).toBe('unknown opaque-rule')
    },
  )
})

describe('a port that two units share', () => {
  it.each([[['closed.service', 'open.service']], [['open.service', 'closed.service']]])(
    'is not proven to be either where one of them lets nobody in: %j',
    (units) => {
      const ss = units.map((unit) => socketOf(unit)).join('\n')
      const input = { filtersOf: filtersOf({ 'closed.service': DENYING }) }

      expect(verdictOf(judged({ ss, input }), 4)).toMatch(/^unknown/)
    },
  )
})

describe('a redirected port', () => {
  const REDIRECT = nftText(
    nftTable([
      {
        name: 'pre',
        base: { type: 'nat', hook: 'prerouting', prio: -100 },
        rules: [[dport(80), { redirect: { port: 8080 } }]],
      },
    ]),
  )

  it('is closed by the unit that would answer', () => {
    const input = { filtersOf: filtersOf({ 'app.service': DENYING }) }

    expect(verdictOf(judged({ nft: REDIRECT, ss: socketOf('app.service', 8080), input }), 4)).toBe(
      'filtered unit-ip-filter',
    )
  })

  it('is not closed by the unit that would not', () => {
    const ss = [socketOf('closed.service'), socketOf('app.service', 8080)].join('\n')
    const input = { filtersOf: filtersOf({ 'closed.service': DENYING }) }

    expect(verdictOf(judged({ nft: REDIRECT, ss, input }), 4)).toBe('exposed redirect')
  })
})
