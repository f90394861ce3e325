import { describe, expect, it } from 'vitest'
import { headline } from '../../../shared/judgement/headline.ts'
import { judge } from '../../../shared/judgement/judge.ts'
import { openServicesIn } from '../../../shared/judgement/open-services.ts'
import { DEFAULT_POLICY, type Policy } from '../../../shared/judgement/policy.ts'
import type { Baseline } from '../../../shared/judgement/verdict.ts'
import type { ObservedSections, Subject } from '../../../shared/judgement/subject.ts'
import { toJudged, transitionsBetween } from '../../../shared/judgement/transitions.ts'
import type { Listener } from '../../../shared/sections/listeners.ts'
import type { OutdatedGroup } from '../../../shared/sections/processes.ts'
import { type ProcessesSummary, summarizeListeners, summarizeProcesses } from '../../../shared/sections/summaries.ts'
import { absent, BOOT_A, BOOT_B, contact, DAY, failing, flag, HOUR, NOW, observed, subject } from './subjects.ts'

const group = (change: Partial<OutdatedGroup> = {}): OutdatedGroup => ({
  pids: [700],
  unit: 'nginx.service',
  command: 'nginx',
  user: 'root',
  packages: ['libssl3'],
  files: ['/usr/lib/x86_64-linux-gnu/libssl.so.3'],
  remedy: 'restart',
  ...change,
})
const listener = (change: Partial<Listener> = {}): Listener => ({
  protocol: 'tcp',
  family: 4,
  address: '0.0.0.0',
  port: 443,
  verdict: 'exposed',
  reason: 'accept-rule',
  unit: 'nginx.service',
  ...change,
})
const SSH = listener({ port: 22, unit: 'ssh.service' })

function sectionsOf(
  groups: readonly OutdatedGroup[],
  rows: readonly Listener[],
  missing: string | null = null,
): ObservedSections {
  const processes = summarizeProcesses({ outdated: [...groups], count: groups.length, missing })
  return { processes: observed(processes), listeners: observed(summarizeListeners([...rows])) }
}
const OLD = sectionsOf([group()], [listener()])
const COUNTS: Policy = { ...DEFAULT_POLICY, outdatedServiceCounts: true }

const verdictOn = (sections: ObservedSections, policy = DEFAULT_POLICY, change: Partial<Subject> = {}) =>
  judge(subject(sections, change), policy, NOW)

function sentence(sections: ObservedSections, change: Partial<Subject> = {}): string {
  const facts = subject(sections, change)
  const verdict = judge(facts, DEFAULT_POLICY, NOW)
  const open = openServicesIn(facts.sections, verdict.exposure, NOW)
  return headline(verdict, NOW, facts.sections.listeners?.value?.openPorts, open)
}

describe('a service that answers an open port with old code', () => {
  const namesOf = (sections: ObservedSections) => openServicesIn(sections, 'exposed', NOW).map(({ unit }) => unit)

  it('is found by its unit', () => {
    expect(openServicesIn(OLD, 'exposed', NOW)).toEqual([
      {
        unit: 'nginx.service',
        packages: ['libssl3'],
        packagesMore: 0,
        remedy: 'restart',
        verdict: 'exposed',
        ports: [{ protocol: 'tcp', family: 4, port: 443, verdict: 'exposed', unit: 'nginx.service' }],
      },
    ])
  })

  it('is found by the socket that starts it, too', () => {
    const rows = [listener({ port: 22, unit: 'ssh.socket' })]
    expect(namesOf(sectionsOf([group({ unit: 'ssh.service' })], rows))).toEqual(['ssh.service'])
  })

  it.each<[what: string, sections: ObservedSections]>([
    ['another unit answers', sectionsOf([group()], [SSH])],
    ['its port is filtered', sectionsOf([group()], [listener({ verdict: 'filtered' })])],
    ['a container answers, whatever unit holds the socket', sectionsOf([group()], [listener({ container: 'c0ffee' })])],
    ['its files are no package’s', sectionsOf([group({ isLocal: true, packages: [] })], [listener()])],
    ['it is somebody’s session', sectionsOf([group({ remedy: 'relogin' })], [listener()])],
    [
      'systemd holds the socket for another',
      sectionsOf([group({ unit: 'init.scope' })], [listener({ unit: 'init.scope' })]),
    ],
    ['nobody looked at processes', { ...OLD, processes: absent() }],
    ['ports could not be read for long', { ...OLD, listeners: failing(OLD.listeners?.value ?? null, NOW - HOUR) }],
  ])('is none where %s', (_, sections) => {
    expect(namesOf(sections)).toEqual([])
    expect(verdictOn(sections, COUNTS)).toMatchObject({ state: 'ok', promoted: false })
  })

  it('names the worst first, with as many packages as are kept', () => {
    const packages = ['a', 'b', 'c', 'd', 'e']
    const groups = [group({ unit: 'b.service', packages }), group({ unit: 'a.service' })]
    const rows = [listener({ port: 80, unit: 'a.service', verdict: 'unknown' }), listener({ unit: 'b.service' })]
    expect(openServicesIn(sectionsOf(groups, rows), 'exposed', NOW)).toMatchObject([
      { unit: 'b.service', packages: ['a', 'b', 'c'], packagesMore: 2, verdict: 'exposed' },
      { unit: 'a.service', verdict: 'unknown' },
    ])
  })
})

describe('the headline of a server whose service runs old code', () => {
  const NEED = { sentinel: observed(flag({ packages: ['linux-image-6.8.0-79', 'libssl3'] })) }
  const since = { since: { at: NOW - 9 * DAY - 4 * HOUR, quality: 'exact' as const } }

  it('says port, service and package beside the needed restart', () => {
    expect(sentence({ ...NEED, ...OLD }, since)).toBe(
      'Restart required for 9 d 4 h (linux-image-6.8.0-79, libssl3); tcp 443 is open to anywhere and nginx still runs the old libssl3.',
    )
  })

  it('says it where the server itself needs nothing', () => {
    expect(sentence(OLD)).toBe(
      'No restart of the server needed; tcp 443 is open to anywhere and nginx still runs the old libssl3.',
    )
  })

  it('says which of several ports it answers, and counts other services', () => {
    const groups = [
      group({ packages: ['libc6', 'libssl3', 'zlib1g'] }),
      group({ unit: 'ssh.service', packages: ['libssl3'] }),
    ]
    expect(sentence(sectionsOf(groups, [listener(), SSH]))).toBe(
      'No restart of the server needed; tcp 22 and tcp 443 are open to anywhere and ssh (tcp 22) still runs the old libssl3, and 1 other service old code too.',
    )
    expect(sentence(sectionsOf([groups[0] ?? group()], [listener(), SSH]))).toContain(
      'and nginx (tcp 443) still runs the old libc6, libssl3 and 1 more.',
    )
  })

  it('says nothing of it once the server is silent', () => {
    expect(sentence(OLD, { contact: contact(NOW - DAY) })).toBe(
      'Silent for 1 d; no restart was needed when last heard.',
    )
  })

  it('names code without a package as what it is', () => {
    expect(sentence(sectionsOf([group({ packages: [] })], [listener()]))).toContain('nginx still runs replaced code.')
  })
})

describe('policy', () => {
  it('lets it inform alone, if nothing else is said', () => {
    expect(verdictOn(OLD)).toMatchObject({ state: 'ok', promoted: false, reasons: [] })
  })

  it('lets it promote the server, which still needs no restart', () => {
    const verdict = verdictOn(OLD, COUNTS)
    expect(verdict).toMatchObject({ state: 'ok', promoted: true, reasons: ['exposed'], since: null, staleAt: null })
    expect(verdict.oldServiceSince).toBe(NOW)
  })

  it('lets an application differ', () => {
    const shop = { ...DEFAULT_POLICY, applications: { shop: { outdatedServiceCounts: true } } }
    expect(verdictOn(OLD, shop, { application: 'shop' }).promoted).toBe(true)
    expect(verdictOn(OLD, shop, { application: 'lab' }).promoted).toBe(false)
  })

  it('counts unknown exposure only where that counts as well', () => {
    const unknown = sectionsOf([group()], [listener({ verdict: 'unknown' })])
    expect(verdictOn(unknown, COUNTS).promoted).toBe(false)
    expect(verdictOn(unknown, { ...COUNTS, unknownExposureCounts: true }).promoted).toBe(true)
  })

  it('does not count a port whose rules cannot be read any more', () => {
    expect(verdictOn({ ...OLD, exposure: failing({ tools: ['nft'] }, NOW - HOUR) }, COUNTS).promoted).toBe(false)
  })
})

describe('history', () => {
  const CURRENT = sectionsOf([], [listener()])
  type Step = { sections: ObservedSections; boot?: typeof BOOT_A }

  /** What each step tells, judged on what the steps before left. */
  function told(steps: readonly Step[]): string[][] {
    let baseline: Baseline | null = null
    return steps.map(({ sections, boot = BOOT_A }) => {
      const before = { ...verdictOn({}), baseline }
      const verdict = verdictOn(sections, DEFAULT_POLICY, { baseline, boot })
      baseline = verdict.baseline
      const events = transitionsBetween(toJudged(before, boot, null), toJudged(verdict, boot, null))
      return events
        .filter(({ type }) => type.includes('service'))
        .map(({ type, data }) => `${type} ${String(data['unit'])}`)
    })
  }
  const cameAndWent = ['outdated-service nginx.service', 'service-current nginx.service']

  it('tells that it came, once, and that it went', () => {
    const steps = [CURRENT, OLD, OLD, CURRENT].map((sections) => ({ sections }))
    expect(told(steps)).toEqual([[], [cameAndWent[0]], [], [cameAndWent[1]]])
  })

  it('does not take what could not be seen for gone', () => {
    const blind = { ...OLD, processes: failing<ProcessesSummary>(null, NOW - HOUR) }
    const partly = sectionsOf([], [listener()], '3 processes could not be read')
    const closed = sectionsOf([group()], [])
    expect(told([OLD, blind, partly, closed, OLD].map((sections) => ({ sections })))).toEqual([
      [cameAndWent[0]],
      [],
      [],
      [],
      [],
    ])
  })

  it('tells that it went with a restart of the server', () => {
    const restarted = { sections: { ...OLD, processes: absent('no scan has answered in this boot') }, boot: BOOT_B }
    expect(told([{ sections: OLD }, restarted])).toEqual([[cameAndWent[0]], [cameAndWent[1]]])
  })

  it('keeps the moment of the first sight', () => {
    const first = verdictOn(OLD, COUNTS).baseline
    const later = judge(subject(OLD, { baseline: first, contact: contact(NOW + DAY) }), COUNTS, NOW + DAY)
    expect(later.oldServiceSince).toBe(NOW)
    expect(later.baseline?.services).toEqual([{ unit: 'nginx.service', since: NOW, quality: 'upper-bound' }])
    const seenClean = verdictOn(CURRENT).baseline
    expect(verdictOn(OLD, COUNTS, { baseline: seenClean }).baseline?.services?.[0]?.quality).toBe('observed')
  })
})
