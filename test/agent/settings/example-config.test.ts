import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { mergeConfig } from '../../../agent/settings/config.ts'
import { SETTINGS, settingNames } from '../../../agent/settings/settings.ts'

const TEXT = readFileSync('scripts/examples/agent.toml', 'utf8')
const uncommented = TEXT.replaceAll(/^# (?=\w+ = )/gm, '')

describe('the example agent.toml', () => {
  it('says nothing as it is, so that it can be copied', () => {
    expect(mergeConfig({ flags: {}, environment: {}, file: { path: 'agent.toml', text: TEXT } })).toEqual({})
  })

  it('shows every key there is, and no other', () => {
    const raw = mergeConfig({ flags: {}, environment: {}, file: { path: 'agent.toml', text: uncommented } })
    const keys = settingNames().flatMap((name) => SETTINGS[name].key ?? [])

    expect(Object.keys(raw).sort()).toEqual(keys.sort())
  })

  it.each(settingNames().filter((name) => SETTINGS[name].key !== null))(
    'shows %s with a value that is taken',
    (name) => {
      const raw = mergeConfig({ flags: {}, environment: {}, file: { path: 'agent.toml', text: uncommented } })

      expect(SETTINGS[name].check(raw[name]?.value)).toHaveProperty('value')
    },
  )
})
