import { defineConfig } from 'vitest/config'
import { LongestFirst } from './test/support/suite/longest-first.ts'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/suite/run-folder.ts'],
    setupFiles: ['test/support/pinned-runtime.ts', 'test/support/property-seed.ts'],
    testTimeout: 20_000,
    hookTimeout: 60_000,
    // Two cores in CI. A third of the time tests wait (for a time-out, a browser, a host that boots), and others can work;
    // many more would only make end-to-end tests wait for each other.
    maxWorkers: 3,
    // One process for many files: 300 times starting one and loading the same modules is a fifth of the whole. Nothing here
    // replaces modules, and what a module keeps for itself is not to be seen from outside.
    isolate: false,
    sequence: { sequencer: LongestFirst },
  },
})
