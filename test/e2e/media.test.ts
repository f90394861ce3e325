// What readers ask of their browser: paper, forced colours, no motion. The same words must be there, and be readable.
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchBrowser } from '../support/browser.ts'
import { openPageSite, type PageSite } from '../support/page-site.ts'

type Media = NonNullable<Parameters<Page['emulateMedia']>[0]>
/** On a screen what the palette promises; where the reader's own colours or paper decide, WCAG 2.2, 1.4.3. */
const CONTRAST_MIN = 4.5
const CONTRAST_MIN_ON_SCREEN = 6
const PAGES = [
  'fleet',
  'application',
  'server',
  'snoozed',
  'history',
  'policy',
  'join-keys',
  'tokens',
  'audit',
  'help',
  'login',
]

let browser: Browser
let site: PageSite
beforeAll(async () => {
  browser = await launchBrowser()
  site = await openPageSite()
})
afterAll(async () => {
  await browser.close()
  await site[Symbol.asyncDispose]()
})

function open(name: string): Promise<Page> {
  // Without scripts: the times on a page would go on between two looks.
  return site.open(browser, site.pages[name] ?? '', { javaScriptEnabled: false })
}

/** Words that can be seen, in order. Those of controls that paper has no use for do not count. */
const wordsOf = (page: Page) =>
  page.locator('main').evaluate((main) => {
    const words: string[] = []
    const walker = document.createTreeWalker(main, NodeFilter.SHOW_TEXT)
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const element = node.parentElement
      const isControl = element?.closest('button, form, nav, .make, .forget, [hidden], script, .sr') !== null
      if (isControl || !element?.checkVisibility({ checkVisibilityCSS: true, checkOpacity: true })) continue
      words.push(...(node.textContent ?? '').split(/\s+/).filter((word) => word !== ''))
    }
    return words
  })

/** Text that cannot be told from what is behind it: as it is painted, colours of all ancestors counted. */
const faintTexts = (page: Page, min: number) =>
  page.locator('main').evaluate((main, contrastMin) => {
    const canvas = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true })
    const rgba = (color: string): number[] => {
      canvas?.clearRect(0, 0, 1, 1)
      if (canvas) canvas.fillStyle = color
      canvas?.fillRect(0, 0, 1, 1)
      return [...(canvas?.getImageData(0, 0, 1, 1).data ?? [])]
    }
    const luminance = (color: readonly number[]): number => {
      const [r = 0, g = 0, b = 0] = color.slice(0, 3).map((part) => {
        const share = part / 255
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
      })
      return 0.2126 * r + 0.7152 * g + 0.0722 * b
    }
    const behind = (element: Element | null): number[] => {
      for (let one = element; one !== null; one = one.parentElement) {
        const color = rgba(getComputedStyle(one).backgroundColor)
        if (color[3] === 255) return color
      }
      return rgba('Canvas')
    }
    const faint: string[] = []
    const walker = document.createTreeWalker(main, NodeFilter.SHOW_TEXT)
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const element = node.parentElement
      if ((node.textContent ?? '').trim() === '' || !element?.checkVisibility({ checkVisibilityCSS: true })) continue
      const [text, ground] = [luminance(rgba(getComputedStyle(element).color)), luminance(behind(element))]
      const contrast = (Math.max(text, ground) + 0.05) / (Math.min(text, ground) + 0.05)
      if (contrast < contrastMin) faint.push(`${node.textContent?.trim()} (${contrast.toFixed(1)})`)
    }
    return faint
  }, min)

/** Elements whose text runs out of a box that hides what does not fit. */
const cutTexts = (page: Page) =>
  page.locator('main').evaluate((main) =>
    [...main.querySelectorAll<HTMLElement>('*')]
      .filter((element) => {
        const { overflowX } = getComputedStyle(element)
        const isCut = overflowX === 'hidden' || overflowX === 'clip'
        return (
          isCut && element.checkVisibility() && !element.closest('.sr') && element.scrollWidth > element.clientWidth + 1
        )
      })
      .map((element) => element.textContent ?? ''),
  )

/** A browser on a busy machine. */
const WAIT = { timeout: 60_000 }

const MEDIA: readonly (readonly [string, Media])[] = [
  ['on paper', { media: 'print' }],
  ['on paper, printed from a dark screen', { media: 'print', colorScheme: 'dark' }],
  ['in forced colours', { forcedColors: 'active' }],
  ['in forced colours on dark', { forcedColors: 'active', colorScheme: 'dark' }],
  ['without motion', { reducedMotion: 'reduce' }],
]
const AS_EVER: Media = { media: 'screen', forcedColors: 'none', colorScheme: 'light', reducedMotion: 'no-preference' }

describe.each(PAGES)('the page "%s"', WAIT, (name) => {
  it('says the same in every medium, can be read in all of them, and moves nothing for whoever asked for that', async () => {
    const page = await open(name)
    const onScreen = await wordsOf(page)
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ ...AS_EVER, colorScheme })
      expect([colorScheme, await faintTexts(page, CONTRAST_MIN_ON_SCREEN)]).toEqual([colorScheme, []])
    }

    for (const [medium, media] of MEDIA) {
      await page.emulateMedia({ ...AS_EVER, ...media })
      expect([medium, await wordsOf(page)]).toEqual([medium, onScreen])
      expect([medium, await faintTexts(page, CONTRAST_MIN)]).toEqual([medium, []])
      expect([medium, await cutTexts(page)]).toEqual([medium, []])
    }

    await page.emulateMedia({ ...AS_EVER, reducedMotion: 'reduce' })
    const moving = await page.evaluate(
      () =>
        [...document.querySelectorAll('*')].filter((element) => {
          const { animationName, transitionDuration } = getComputedStyle(element)
          return animationName !== 'none' || transitionDuration.split(', ').some((time) => parseFloat(time) > 0)
        }).length + document.getAnimations().length,
    )

    expect(moving).toBe(0)
    await page.context().close()
  })
})

describe('the states', WAIT, () => {
  it.each<[string, Media]>([
    ['on paper', { media: 'print' }],
    ['in forced colours', { forcedColors: 'active' }],
  ])('are words beside their shapes %s', async (_medium, media) => {
    const page = await open('fleet')
    await page.emulateMedia(media)
    const marks = await page.locator('main .state').evaluateAll((all) =>
      all.map((mark) => {
        const shape = mark.querySelector('svg')
        const box = shape?.getBoundingClientRect()
        return { word: mark.querySelector<HTMLElement>('.word')?.innerText, isDrawn: (box?.width ?? 0) >= 8 }
      }),
    )

    expect(marks.filter(({ isDrawn }) => !isDrawn)).toEqual([])
    expect(new Set(marks.map(({ word }) => word))).toEqual(new Set(['Restart required', 'Unknown', 'OK']))
    await page.context().close()
  })
})
