// Leaves out of undici what one POST a minute never needs. The agent imports its Client alone, but the Client's file
// still asks for HTTP/2, two copies of the HTTP parser, and all of fetch (for bodies that are forms). Whatever is left
// out here throws when it is reached, so a change in undici that reaches it fails the tests of the bundle, loudly.
import type { Plugin } from 'esbuild'

/** Files of undici, and why a report never gets there. */
const LEFT_OUT: readonly { file: RegExp; why: string }[] = [
  { file: /\/lib\/dispatcher\/client-h2\.js$/, why: 'the agent switches HTTP/2 off' },
  { file: /\/lib\/web\//, why: 'fetch, forms, WebSocket and caches: bodies are text or buffers' },
]

/** The parser without SIMD runs on every machine; for answers of a few hundred bytes the other one wins nothing. */
const PARSER_WITH_SIMD = /\/llhttp\/llhttp_simd-wasm(\.js)?$/

export const leanUndici: Plugin = {
  name: 'lean-undici',
  setup(build) {
    build.onResolve({ filter: PARSER_WITH_SIMD }, ({ path, resolveDir, importer, kind }) =>
      build.resolve(path.replace('_simd', ''), { resolveDir, importer, kind }),
    )
    build.onLoad({ filter: /\/node_modules\/undici\/lib\// }, ({ path }) => {
      const left = LEFT_OUT.find(({ file }) => file.test(path))
      if (left === undefined) return null
      const message = JSON.stringify(`undici's ${path.split('/undici/')[1]} is not in this bundle: ${left.why}`)
      return { contents: `module.exports = () => { throw new Error(${message}) }`, loader: 'js' }
    })
  },
}

/** undici's own switch for being bundled into Node: without it comes an experimental second parser. */
export const LEAN_UNDICI_DEFINE = { esbuildDetection: 'true' }
