// The three programs as single files: what goes in, what comes out, and in which form.
import type { BuildOptions } from 'esbuild'
import { leanBuiltins } from './lean-builtins.ts'
import { leanPino } from './lean-pino.ts'
import { leanSysteminformation } from './lean-systeminformation.ts'
import { lazyBuiltins } from './lazy-builtins.ts'
import { LEAN_UNDICI_DEFINE, leanUndici } from './lean-undici.ts'

export type Bundle = { name: string; entry: string; outfile: string; options: BuildOptions }

const COMMON: BuildOptions = {
  bundle: true,
  platform: 'node',
  target: 'node26',
  minify: true,
  // One character beyond ASCII would make V8 keep the whole source as two bytes a character.
  charset: 'ascii',
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
}

/** CommonJS packages inside an ES module still call require for what Node brings along. */
const REQUIRE_IN_MODULE = `import { createRequire as __createRequire } from 'node:module';const require = __createRequire(import.meta.url);`

/**
 * Programs whose libraries and logs tell names of functions and classes: these stay as they are. (Shortened and noted
 * beside, as `keepNames` does it, each is set anew at every start: 60 ms of the collector's, measured.) The agent's
 * libraries do not look, and it would pay for names in memory.
 */
const MODULE: BuildOptions = {
  ...COMMON,
  format: 'esm',
  minify: false,
  minifyWhitespace: true,
  minifySyntax: true,
  banner: { js: REQUIRE_IN_MODULE },
  plugins: [lazyBuiltins],
}

export const BUNDLES: readonly Bundle[] = [
  {
    name: 'overdue-agent',
    entry: 'agent/main.ts',
    outfile: 'dist/overdue-agent.cjs',
    // CommonJS: a static ESM import of node:http loads all of the built-in fetch, 7 MB of memory on every host.
    options: {
      ...COMMON,
      format: 'cjs',
      define: { ...LEAN_UNDICI_DEFINE, 'process.platform': '"linux"' },
      plugins: [leanBuiltins, leanUndici, leanPino, leanSysteminformation],
    },
  },
  {
    name: 'overdue-collector',
    entry: 'collector/main.ts',
    outfile: 'dist/overdue-collector.mjs',
    options: MODULE,
  },
  {
    name: 'overdue',
    entry: 'collector/cli/main.ts',
    outfile: 'dist/overdue.mjs',
    options: MODULE,
  },
]
