// Ports that lead on to another address: what a rule of translation makes of them.
import { describe, expect, it } from 'vitest'
import { judged, verdictOf } from './exposed-host.ts'

const nat = (...rules: string[]) => ({
  legacySaves: {
    4: ['*nat', ':PREROUTING ACCEPT [0:0]', ...rules.map((rule) => `-A PREROUTING ${rule}`), 'COMMIT', ''].join('\n'),
    6: null,
  },
})

describe('translation', () => {
  it('makes a row of a port that only a container answers', () => {
    const rows = judged(nat('-p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.17.0.2:80'))

    expect(rows.find(({ port }) => port === 8080)).toMatchObject({
      verdict: 'exposed',
      reason: 'dnat-forward',
      via: 'dnat',
      family: 4,
      address: '0.0.0.0',
    })
  })

  it('does not reach a loopback socket where route_localnet is off', () => {
    const ss = 'tcp LISTEN 0 16 127.0.0.1:6379 0.0.0.0:* ino:1 sk:1 <->'
    const texts = nat('-p tcp -m tcp --dport 6379 -j DNAT --to-destination 127.0.0.1:6379')
    const open = { routeLocalnet: () => true, forwarding: () => true, isReversePathStrict: () => false }

    expect(verdictOf(judged({ ss, ...texts }), 4, 6379)).toBe('filtered loopback-bind')
    expect(verdictOf(judged({ ss, ...texts, input: { sysctls: open } }), 4, 6379)).toBe('exposed dnat-forward')
  })

  it('needs forwarding to leave the host', () => {
    const sysctls = { routeLocalnet: () => false, forwarding: () => false, isReversePathStrict: () => false }
    const rows = judged({
      ...nat('-p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.17.0.2:80'),
      input: { sysctls },
    })

    expect(verdictOf(rows, 4, 8080)).toBe('filtered explicit-drop')
  })

  it('is certain of a service spread over two containers by chance', () => {
    const rows = judged(
      nat(
        '-p tcp -m tcp --dport 8080 -m statistic --mode random --probability 0.5 -j DNAT --to-destination 172.17.0.2:80',
        '-p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.17.0.3:80',
      ),
    )

    expect(verdictOf(rows, 4, 8080)).toBe('exposed dnat-forward')
  })
})
