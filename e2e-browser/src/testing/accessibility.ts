import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type axe from 'axe-core'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'

const axeSource = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/**
 * Checks the page against WCAG 2.2 AA with axe. The script is injected through the debugging protocol, so that the content
 * security policy stays as in production.
 *
 * @param disabledRules axe rules that do not apply to this page
 */
export async function expectAccessible(page: Page, disabledRules: readonly string[] = []): Promise<void> {
  await waitUntilStill(page)
  const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axeSource)
  const { violations } = await page.evaluate(
    ({ values, off }) =>
      (globalThis as unknown as { axe: typeof axe }).axe.run({
        runOnly: { type: 'tag', values },
        // All rules run; only the details of what they accept are left out, which take most of the time.
        resultTypes: ['violations'],
        rules: Object.fromEntries(off.map((rule) => [rule, { enabled: false }])),
      }),
    { values: rules, off: disabledRules },
  )
  const found = violations.map(({ id, nodes }) => [
    id,
    nodes.map(({ html, failureSummary }) => [html, failureSummary]),
  ])
  expect(found, `axe on ${page.url()}`).toEqual([])
}

/** Waits until data and fonts have loaded and all animations have ended: axe must not judge a colour in transition. */
export async function waitUntilStill(page: Page): Promise<void> {
  await page.waitForFunction(() => document.querySelector('[role=status] .skeleton') === null)
  await page.evaluate(async () => void (await document.fonts.ready))
  await page.evaluate(() =>
    Promise.allSettled(
      document
        .getAnimations()
        .filter((animation) => animation.effect?.getComputedTiming().endTime !== Infinity)
        .map((animation) => animation.finished),
    ),
  )
}
