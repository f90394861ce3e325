// A collector with one of everything a page can show: every kind of server a person has to tell apart, names that do not
// break, all that settings can hold, and the addresses of the pages that show it.
import { declarePort } from '../../collector/actions/declare-port.ts'
import { snoozeServer } from '../../collector/actions/snooze-servers.ts'
import { observed } from '../../shared/sections/section.ts'
import { listener } from '../collector/actions/acting-collector.ts'
import { believableFleet } from './believable-fleet.ts'
import type { LivePages } from './live-pages.ts'

const DAY_MS = 86_400_000
const LONG_NAME = 'a-name-without-any-place-to-break-it-at.datacentre.example.internal'.repeat(3)
const LONG_APPLICATION = LONG_NAME.slice(0, 200)

/** `watching`: lists and servers, which follow changes. `still`: history, settings and help. */
export type FilledPages = { watching: string[]; still: string[] }

export async function fillSite(site: LivePages): Promise<FilledPages> {
  const { collector } = site
  const { ctx, clock } = collector
  const [silent] = await site.servers('old', ['silent-01'])
  clock.step(DAY_MS)
  const [required, blind] = await site.servers(LONG_APPLICATION, [LONG_NAME, 'blind-01'])
  if (silent === undefined || required === undefined || blind === undefined) throw new Error('no servers')
  required.report.raiseFlag(['linux-image-6.1.0-41-cloud-amd64-unsigned-with-a-very-long-suffix-that-does-not-end'])
  required.report.state.listeners = observed([listener()])
  await site.report(required)
  const by = { at: clock.now(), actor: 'test', name: 'n'.repeat(64), from: null }
  const said = { until: by.at + DAY_MS, reason: 'w'.repeat(200) }
  await snoozeServer(ctx, required.id, said, by)
  await declarePort(ctx, required.id, { protocol: 'tcp', port: 443, family: null, verdict: 'filtered', ...said }, by)
  blind.report.state.sentinel = { outcome: 'failed', reason: `EACCES: /run/${'x'.repeat(200)}`, value: null }
  await site.report(blind)
  await collector.enroll('never-01')
  for (const record of believableFleet(clock.now()))
    await ctx.store.transact((tx) => tx.putServer(record, [], clock.now()))
  const yesterday = Math.floor(clock.now() / DAY_MS) - 1
  const tally = { promoted: 4, restartRequired: 3, cannotTell: 2, total: 16 }
  for (const day of [yesterday - 7, yesterday]) ctx.store.saveDayCounts(day, new Map([[null, tally]]))
  collector.createJoinKey({ cidrs: ['2001:db8:1234:5678:9abc:def0:1234:0/112'], application: LONG_APPLICATION })
  return {
    watching: [
      '/',
      '/?q=colour:red',
      '/?q=app:nobody',
      '/?cols=why,pending,kernel,installed,uptime,address,tags,agent,snoozed,os,colour',
      `/apps/${LONG_APPLICATION}`,
      ...[silent, required, blind].map(({ id }) => `/servers/${id}`),
      '/servers/snone',
    ],
    still: [
      '/history',
      '/history?from=never',
      '/history?q=app:nobody',
      '/settings/policy?preview=1&otherwiseDays=5',
      '/settings/policy?preview=1&otherwiseDays=x',
      '/settings/join-keys',
      '/settings/tokens',
      '/settings/audit',
      '/help',
      '/help/errors',
    ],
  }
}
