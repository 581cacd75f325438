import { mkdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { expectAccessible, settled } from './accessibility.ts'

const folder = fileURLToPath(new URL('../../reports/views/', import.meta.url))
const widths = [360, 1280]
const themes = ['light', 'dark'] as const

/**
 * Takes the view as it stands at two widths in both themes, and judges each: accessible, and nothing to scroll sideways,
 * down to the narrowest screen. The pictures are in `reports/views/`, to be looked at.
 *
 * @param excused rules of axe that are not for this view
 */
export async function expectSoundView(
  page: Page,
  name: string,
  excused: readonly string[] = [],
): Promise<void> {
  await mkdir(folder, { recursive: true })
  const before = page.viewportSize()
  // Browsers take their time with what nobody looks at.
  await page.bringToFront()
  for (const colorScheme of themes) {
    await page.emulateMedia({ colorScheme })
    for (const width of widths) {
      await page.setViewportSize({ width, height: 800 })
      await expectAccessible(page, excused)
      await page.screenshot({ path: `${folder}${name}-${width}-${colorScheme}.png`, fullPage: true })
    }
  }
  await page.setViewportSize({ width: 320, height: 640 })
  await settled(page)
  const wide = await page.evaluate(() => document.documentElement.scrollWidth)
  expect(wide, `${name} at 320 pixels`).toBeLessThanOrEqual(320)
  await page.emulateMedia({ colorScheme: null })
  if (before !== null) await page.setViewportSize(before)
}
