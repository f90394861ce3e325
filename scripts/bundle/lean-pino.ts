// Leaves out of pino what a logger without `transport` never needs: the worker thread that would carry lines away.
// A bundle has no worker file to start anyway.
import type { Plugin } from 'esbuild'

export const leanPino: Plugin = {
  name: 'lean-pino',
  setup(build) {
    build.onLoad({ filter: /\/node_modules\/pino\/lib\/transport\.js$/ }, () => ({
      contents: `module.exports = () => { throw new Error('pino transports are not in this bundle') }`,
      loader: 'js',
    }))
    // pino asks only whether it runs in the main thread, and loads all of worker_threads for that.
    build.onResolve({ filter: /^worker_threads$/ }, ({ importer }) =>
      importer.includes('/node_modules/pino/') ? { path: 'main-thread', namespace: 'lean-pino' } : null,
    )
    build.onLoad({ filter: /^main-thread$/, namespace: 'lean-pino' }, () => ({
      contents: 'module.exports = { isMainThread: true }',
      loader: 'js',
    }))
  },
}
