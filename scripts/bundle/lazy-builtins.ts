// Node's own modules on demand. In an ES module every import of them is hoisted to the start, and the first import of
// node:http as a namespace loads all of the built-in fetch: 80 ms before a command prints its first line (measured).
// Required instead, each is loaded by the command that needs it, and of node:http what is used.
import type { Plugin } from 'esbuild'

const NAMESPACE = 'lazy-builtin'

export const lazyBuiltins: Plugin = {
  name: 'lazy-builtins',
  setup(build) {
    build.onResolve({ filter: /^node:/ }, ({ path, namespace }) =>
      namespace === NAMESPACE ? { path, external: true } : { path, namespace: NAMESPACE },
    )
    build.onLoad({ filter: /.*/, namespace: NAMESPACE }, ({ path }) => ({
      contents: `module.exports = require(${JSON.stringify(path)})`,
      loader: 'js',
    }))
  },
}
