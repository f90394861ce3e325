// What a bundle is made of, by package, so that "what is in the agent?" has an answer.
import type { Metafile } from 'esbuild'

export type Share = { package: string; bytes: number }

/** Bytes of the output by package, largest first; our own code is called "overdue". */
export function sharesOf(metafile: Metafile): Share[] {
  const bytes = new Map<string, number>()
  for (const output of Object.values(metafile.outputs)) {
    for (const [path, { bytesInOutput }] of Object.entries(output.inputs)) {
      const name = packageOf(path)
      bytes.set(name, (bytes.get(name) ?? 0) + bytesInOutput)
    }
  }
  return [...bytes].map(([name, size]) => ({ package: name, bytes: size })).sort((a, b) => b.bytes - a.bytes)
}

function packageOf(path: string): string {
  const inside = path.split('node_modules/').at(-1) ?? path
  if (inside === path) return 'overdue'
  const words = inside.split('/')
  return words.slice(0, inside.startsWith('@') ? 2 : 1).join('/')
}
