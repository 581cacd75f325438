import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type axe from 'axe-core'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'

const axeSource = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/**
 * Looks for what WCAG 2.2 AA forbids, with axe. Its source comes in through the debugging protocol, which the content
 * security policy does not concern: the policy stays as readers have it.
 *
 * @param excused rules of axe that are not for this page
 */
export async function expectAccessible(page: Page, excused: readonly string[] = []): Promise<void> {
  await settled(page)
  const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
  await page.evaluate(axeSource)
  const { violations } = await page.evaluate(
    ({ values, off }) =>
      (globalThis as unknown as { axe: typeof axe }).axe.run({
        runOnly: { type: 'tag', values },
        rules: Object.fromEntries(off.map((rule) => [rule, { enabled: false }])),
      }),
    { values: rules, off: excused },
  )
  const found = violations.map(({ id, nodes }) => [
    id,
    nodes.map(({ html, failureSummary }) => [html, failureSummary]),
  ])
  expect(found, `axe on ${page.url()}`).toEqual([])
}

/** Waits until nothing moves any more: a colour on its way is no colour to judge. */
export async function settled(page: Page): Promise<void> {
  await page.waitForFunction(() => document.querySelector('[role=status] .skeleton') === null)
  await page.evaluate(() =>
    Promise.allSettled(
      document
        .getAnimations()
        .filter((animation) => animation.effect?.getComputedTiming().endTime !== Infinity)
        .map((animation) => animation.finished),
    ),
  )
}
