// Leaves out of systeminformation what the inventory never asks: of its two dozen subjects it uses four. The text of a
// bundle stays in the memory of the resident agent, which runs none of this.
import type { Plugin } from 'esbuild'

const USED = ['index', 'system', 'cpu', 'memory', 'filesystem', 'util']

export const leanSysteminformation: Plugin = {
  name: 'lean-systeminformation',
  setup(build) {
    build.onLoad({ filter: /\/node_modules\/systeminformation\/lib\/[^/]+\.js$/ }, ({ path }) => {
      const subject = /([^/]+)\.js$/.exec(path)?.[1] ?? ''
      return USED.includes(subject) ? null : { contents: 'module.exports = {}', loader: 'js' }
    })
  },
}
