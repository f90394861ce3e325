// Modules of Node that the agent's packages load for next to nothing, and what stands for them. A module that was loaded
// stays: node:http takes 1 MB of a resident agent, node:assert 0.2 MB (measured).
import type { Plugin } from 'esbuild'

const NAMESPACE = 'lean-builtin'

type StandIn = { module: RegExp; importers: RegExp; contents: string }

const STAND_INS: readonly StandIn[] = [
  {
    // undici asks for the largest header that Node's own client takes, which the agent sets itself, and whether a body
    // is a request being received, which it never is.
    module: /^(node:)?http$/,
    importers: /\/node_modules\/undici\//,
    contents: 'module.exports = { maxHeaderSize: 16384, IncomingMessage: class {} }',
  },
  {
    // Only ever called as a function.
    module: /^(node:)?assert$/,
    importers: /\/node_modules\/(undici|sonic-boom)\//,
    contents: `module.exports = (fact, said = 'an assertion failed') => {
      if (!fact) throw said instanceof Error ? said : new Error(said)
    }`,
  },
]

export const leanBuiltins: Plugin = {
  name: 'lean-builtins',
  setup(build) {
    for (const { module, importers, contents } of STAND_INS) {
      build.onResolve({ filter: module }, ({ path, importer }) =>
        importers.test(importer)
          ? { path: path.replace('node:', ''), namespace: NAMESPACE, pluginData: contents }
          : null,
      )
    }
    build.onLoad({ filter: /.*/, namespace: NAMESPACE }, ({ pluginData }) => ({
      contents: String(pluginData),
      loader: 'js',
    }))
  },
}
