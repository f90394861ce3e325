import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { COLLECTOR_VERSION } from '../../collector/version.ts'

it('the version of the collector is the one of the package', () => {
  const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }

  expect(COLLECTOR_VERSION).toBe(manifest.version)
})
