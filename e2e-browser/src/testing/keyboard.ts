import type { Page } from 'playwright-core'
import { expect } from 'vitest'

/** The words of what has the focus. */
export function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    const { activeElement: element } = document
    const label = element instanceof HTMLInputElement ? element.labels?.[0]?.textContent : null
    return element?.getAttribute('aria-label') ?? label ?? element?.textContent ?? ''
  })
}

/** Presses Tab until something has the focus whose words begin like that. */
export async function tabTo(page: Page, words: string, key = 'Tab'): Promise<void> {
  const passed: string[] = []
  for (let presses = 0; presses < 40; presses += 1) {
    await page.keyboard.press(key)
    const here = await focused(page)
    if (here.startsWith(words)) return
    passed.push(here)
  }
  throw new Error(`${key} does not come to ${words}, only to: ${passed.join(' | ')}`)
}

/** What has the focus shows it. */
export async function expectVisibleFocus(page: Page): Promise<void> {
  const outline = await page.evaluate(() => {
    const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement ?? document.body)
    return [outlineStyle, Number.parseFloat(outlineWidth)]
  })
  expect(outline).toEqual(['solid', 3])
}
