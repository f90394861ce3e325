// Puts the pinned runtime where npm scripts look first.
// npm older than 11.6 drops the bin link when two platform packages own the same name, so we make it ourselves.
// Must run on Node 20: it is what brings the newer one.
import { existsSync, mkdirSync, symlinkSync } from 'node:fs'

const platformPackage = `node-${process.platform}-${process.arch}`
const binary = `node_modules/${platformPackage}/bin/node`
const link = 'node_modules/.bin/node'

if (!existsSync(link) && existsSync(binary)) {
  mkdirSync('node_modules/.bin', { recursive: true })
  symlinkSync(`../${platformPackage}/bin/node`, link)
}
