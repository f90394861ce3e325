import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/support/pinned-runtime.ts', 'test/support/property-seed.ts'],
    testTimeout: 20_000,
    hookTimeout: 60_000,
    // Two cores in CI. A third of the time tests wait (for a time-out, a browser, a host that boots), and others can work;
    // many more would only make end-to-end tests wait for each other.
    maxWorkers: 3,
  },
})
