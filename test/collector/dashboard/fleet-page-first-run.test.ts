// What the fleet page says while no server has reported: how to add the first.
import { describe, expect, it } from 'vitest'

import { FIRST_RUN, render } from './rendered-fleet.ts'

describe('the fleet page without servers', () => {
  it('tells how to add the first server when there is none, and keeps header and counts', () => {
    const page = render([])

    expect(page).toContain('overdue-collector join-key create')
    expect(page).toContain('--url https://overdue.example.net --bundle overdue.join')
    expect(page).toContain(
      'curl -fsSL https://overdue.example.net/install.sh |\n  sudo sh -s -- --join-key-file overdue.join<',
    )
    expect(page.match(/data-copy/g)).toHaveLength(2)
    expect(page).not.toContain('--data-dir')
    expect(page).toContain('class="tiles"')
    expect(page).not.toContain('<table')
  })

  it('shows no command that cannot work: without the files for hosts it says how to make them', () => {
    const page = render([], { firstRun: { ...FIRST_RUN, hasInstaller: false } })

    expect(page).toContain('npm run build')
    expect(page).not.toContain('install.sh')
    expect(page).toContain('Waiting for the first report')
  })

  it('leads to the page that makes join keys, for those who may', () => {
    const may = render([], { firstRun: { ...FIRST_RUN, mayMakeKeys: true } })

    expect(may).toContain('<a href="/settings/join-keys">make the key here</a>')
    expect(render([])).not.toContain('/settings/join-keys')
  })

  it('names the data folder where it is not the usual one: without it the key would go elsewhere', () => {
    expect(render([], { firstRun: { ...FIRST_RUN, dataDir: '/srv/over due' } })).toMatch(
      /--bundle overdue\.join \\\n\s+--data-dir (&#39;|')\/srv\/over due/,
    )
  })

  it.each([
    ['http://10.1.2.3:8480', true],
    ['http://127.0.0.1:8480', false],
    ['https://overdue.example.net', false],
  ])('says for %s whether agents must be told that plain HTTP is meant', (collectorUrl, isTold) => {
    expect(render([], { firstRun: { ...FIRST_RUN, collectorUrl } }).includes('allowPlainHttp = true')).toBe(isTold)
  })
})
