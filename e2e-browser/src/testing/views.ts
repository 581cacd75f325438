import { mkdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { expectAccessible, waitUntilStill } from './accessibility.ts'

const folder = fileURLToPath(new URL('../../reports/views/', import.meta.url))
const widths = [360, 1280]
const themes = ['light', 'dark'] as const

/**
 * Checks the current view at two widths in both themes with axe, and at 320 pixels for horizontal overflow. Screenshots are
 * saved in `reports/views/`.
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
  const wide = await page.evaluate(() => document.documentElement.scrollWidth)
  expect(wide, `${name} at 320 pixels`).toBeLessThanOrEqual(320)
  await page.emulateMedia({ colorScheme: null })
  if (before !== null) await page.setViewportSize(before)
}
