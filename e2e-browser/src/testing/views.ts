import { mkdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { expectAccessible, waitUntilStill } from './accessibility.ts'

const folder = fileURLToPath(new URL('../../reports/views/', import.meta.url))
const widths = [360, 1280]
const themes = ['light', 'dark'] as const

/**
 * Checks the current view at two widths in both themes with axe, and at 320 pixels for horizontal overflow: once with the
 * shipped fonts and once with wide ones. Screenshots are saved in `reports/views/`.
 *
 * @param disabledRules axe rules that do not apply to this view
 */
export async function expectSoundView(
  page: Page,
  name: string,
  disabledRules: readonly string[] = [],
): Promise<void> {
  await mkdir(folder, { recursive: true })
  const before = page.viewportSize()
  // Browsers throttle pages in the background.
  await page.bringToFront()
  for (const colorScheme of themes) {
    await page.emulateMedia({ colorScheme })
    for (const width of widths) {
      await page.setViewportSize({ width, height: 800 })
      await expectAccessible(page, disabledRules)
      await page.screenshot({ path: `${folder}${name}-${width}-${colorScheme}.png`, fullPage: true })
    }
  }
  await page.setViewportSize({ width: 320, height: 640 })
  await waitUntilStill(page)
  await page.screenshot({ path: `${folder}${name}-320.png` })
  await expectNoOverflow(page, `${name} at 320 pixels`)
  await forceWideFonts(page)
  await waitUntilStill(page)
  await page.screenshot({ path: `${folder}${name}-320-wide.png` })
  await expectNoOverflow(page, `${name} at 320 pixels with wide fonts`)
  await restoreFonts(page)
  await page.emulateMedia({ colorScheme: null })
  if (before !== null) await page.setViewportSize(before)
}

async function expectNoOverflow(page: Page, message: string): Promise<void> {
  const width = await page.evaluate(() => document.documentElement.scrollWidth)
  expect(width, message).toBeLessThanOrEqual(320)
}

/**
 * Shows the page in DejaVu Sans or Verdana, the widest fonts that browsers fall back to. A constructed style sheet is not
 * subject to the content security policy.
 */
async function forceWideFonts(page: Page): Promise<void> {
  await page.evaluate(() => {
    const sheet = new CSSStyleSheet()
    sheet.replaceSync("*, ::before, ::after { font-family: 'DejaVu Sans', Verdana, sans-serif !important }")
    document.adoptedStyleSheets = [sheet]
  })
}

async function restoreFonts(page: Page): Promise<void> {
  await page.evaluate(() => {
    document.adoptedStyleSheets = []
  })
}
