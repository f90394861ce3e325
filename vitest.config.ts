import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/support/pinned-runtime.ts', 'test/support/property-seed.ts'],
    testTimeout: 20_000,
    hookTimeout: 60_000,
    // Two cores in CI: more workers than that only make timing-sensitive end-to-end tests wait for each other.
    maxWorkers: 2,
  },
})
