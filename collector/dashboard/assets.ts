// The files beside the pages: a closed list, read once, named with a hash of their content so that browsers may keep
// them for ever. They are public: the login page needs them.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { FastifyPluginCallback } from 'fastify'
import { paths } from '../../shared/protocol/paths.ts'
import type { AssetUrls } from './layout.ts'

/** In the order of the cascade; one request brings them all. */
const STYLES = [
  'theme',
  'ground',
  'frame',
  'marks',
  'times',
  'fleet',
  'search',
  'servers',
  'server',
  'login',
  'applications',
  'charts',
  'forms',
  'command-palette',
  'choices',
  'narrow',
  'preferences',
]
const SCRIPTS = [
  'app.js',
  'ask.js',
  'combobox.js',
  'command-palette.js',
  'copied-times.js',
  'copy.js',
  'early.js',
  'kept.js',
  'keys.js',
  'patch.js',
  'refresher.js',
  'selection.js',
  'status.js',
  'stream.js',
  'suggest.js',
  'terms.js',
  'time.js',
]

const FOR_EVER = 'public, max-age=31536000, immutable'
/** Scripts import each other by plain name: kept, but asked about each time. */
const ASK_FIRST = 'public, no-cache'

type Asset = { body: Buffer; type: string; hash: string }

export type Assets = { urls: AssetUrls; routes: FastifyPluginCallback }

/** Reads the assets that lie beside this file, in the source tree as beside the bundle. Throws if one is missing. */
export function loadAssets(): Assets {
  const style = toAsset('text/css; charset=utf-8', withoutComments(STYLES.map((name) => read(`style/${name}.css`))))
  const icon = toAsset('image/svg+xml', read('icon.svg'))
  const scripts = SCRIPTS.map((name) => [name, toAsset('text/javascript; charset=utf-8', read(name))] as const)
  const assets = new Map<string, Asset>([['style.css', style], ['icon.svg', icon], ...scripts])
  const urlOf = (name: string) => `${paths.asset(name)}?v=${assets.get(name)?.hash}`
  return {
    urls: { style: urlOf('style.css'), early: urlOf('early.js'), script: urlOf('app.js'), icon: urlOf('icon.svg') },
    routes: assetRoutes(assets),
  }
}

function read(file: string): Buffer {
  return readFileSync(new URL(`./assets/${file}`, import.meta.url))
}

/** One sheet of all. What it says to whoever maintains it is a fifth of its way to the reader. */
function withoutComments(sheets: readonly Buffer[]): Buffer {
  const [first = '', ...rest] = Buffer.concat(sheets).toString().split('/*')
  return Buffer.from([first, ...rest.map((part) => part.slice(part.indexOf('*/') + 2))].join(''))
}

function toAsset(type: string, body: Buffer): Asset {
  return { body, type, hash: createHash('sha256').update(body).digest('base64url').slice(0, 16) }
}

function assetRoutes(assets: ReadonlyMap<string, Asset>): FastifyPluginCallback {
  return (app, _options, done) => {
    for (const [name, asset] of assets) {
      const etag = `"${asset.hash}"`
      app.get<{ Querystring: { v?: string } }>(paths.asset(name), (request, reply) => {
        void reply
          .header('etag', etag)
          .header('cache-control', request.query.v === asset.hash ? FOR_EVER : ASK_FIRST)
          .type(asset.type)
        if (request.headers['if-none-match'] === etag) return reply.code(304).send()
        return reply.send(asset.body)
      })
    }
    done()
  }
}
