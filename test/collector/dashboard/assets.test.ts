import { readdirSync, readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { fastify } from 'fastify'
import { describe, expect, it } from 'vitest'
import { loadAssets } from '../../../collector/dashboard/assets.ts'

const DIRECTORY = new URL('../../../collector/dashboard/assets/', import.meta.url)
const SCRIPTS = readdirSync(DIRECTORY).filter((name) => name.endsWith('.js'))
const STYLES = readdirSync(new URL('style/', DIRECTORY)).map((name) => `style/${name}`)
const textOf = (name: string) => readFileSync(new URL(name, DIRECTORY), 'utf8')

function site() {
  const assets = loadAssets()
  const app = fastify()
  app.register(assets.routes)
  return { app, urls: assets.urls }
}

describe('the files beside the pages', () => {
  it.each(['style.css', 'icon.svg', ...SCRIPTS])('%s is served with its type', async (name) => {
    const { app } = site()

    const answer = await app.inject(`/assets/${name}`)

    expect(answer.statusCode).toBe(200)
    expect(answer.headers['content-type']).toMatch(/^(text\/css|text\/javascript|image\/svg\+xml)/)
  })

  it.each(STYLES)('%s is part of the one style sheet, without its comments', async (name) => {
    const { app, urls } = site()

    const answer = await app.inject(urls.style)

    expect(answer.body).toContain(textOf(name).replaceAll(/\/\*[\s\S]*?\*\//g, ''))
    expect(answer.body).not.toContain('/*')
  })

  it('hold no rule on whatever follows whatever: with one, each change makes a browser compute all styles anew', async () => {
    const { app, urls } = site()

    const { body } = await app.inject(urls.style)

    expect(body.match(/[+~] \*/g)).toBe(null)
  })

  it('are kept for ever under the address that names their content', async () => {
    const { app, urls } = site()

    const answer = await app.inject(urls.style)

    expect(answer.headers['cache-control']).toContain('immutable')
  })

  it.each(['/assets/style.css', '/assets/style.css?v=other'])('are asked about again under %s', async (url) => {
    const { app } = site()

    const first = await app.inject(url)
    const again = await app.inject({ url, headers: { 'if-none-match': String(first.headers.etag) } })

    expect(first.headers['cache-control']).toBe('public, no-cache')
    expect(again.statusCode).toBe(304)
    expect(again.body).toBe('')
  })

  it.each(['/assets/..%2froutes.ts', '/assets/routes.ts', '/assets/'])(
    'are a closed list: %s is not there',
    async (url) => {
      const { app } = site()

      const answer = await app.inject(url)

      expect(answer.statusCode).toBe(404)
    },
  )

  it('stay within the budget of a first visit', () => {
    const scriptBytes = gzipSync(SCRIPTS.map(textOf).join('')).length
    const styleBytes = gzipSync(STYLES.map(textOf).join('')).length

    expect(scriptBytes).toBeLessThan(40 * 1024)
    expect(styleBytes).toBeLessThan(12 * 1024)
  })

  it.each(SCRIPTS)('%s never turns text into markup or code', (name) => {
    const text = textOf(name)

    expect(text).not.toMatch(/innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|\beval\b|new Function/)
  })

  it.each(SCRIPTS)('%s asks nobody but the collector', (name) => {
    const text = textOf(name)

    expect(text).not.toMatch(/https?:\/\//)
  })
})
