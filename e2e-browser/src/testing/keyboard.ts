import type { Page } from 'playwright-core'
import { expect } from 'vitest'

/** The accessible name of the focused element. */
export function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    const { activeElement: element } = document
    const label = element instanceof HTMLInputElement ? element.labels?.[0]?.textContent : null
    return element?.getAttribute('aria-label') ?? label ?? element?.textContent ?? ''
  })
}

/** Presses a key, Tab by default, until the focused element has a name that starts with `name`. */
export async function tabTo(page: Page, name: string, key = 'Tab'): Promise<void> {
  const passed: string[] = []
  for (let presses = 0; presses < 40; presses += 1) {
    await page.keyboard.press(key)
    const current = await focused(page)
    if (current.startsWith(name)) return
    passed.push(current)
  }
  throw new Error(`${key} does not reach ${name}, only: ${passed.join(' | ')}`)
}

/** Expects a visible outline on the focused element. */
export async function expectVisibleFocus(page: Page): Promise<void> {
  const outline = await page.evaluate(() => {
    const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement ?? document.body)
    return [outlineStyle, Number.parseFloat(outlineWidth)]
  })
  expect(outline).toEqual(['solid', 3])
}
