import { afterAll } from 'vitest'
import type { Browser } from 'playwright-core'
import { launchBrowser } from './launch-browser.ts'

let browser: Promise<Browser> | undefined

/** The browser that all shops of a test file share. Their visitors have separate contexts. */
export function sharedBrowser(executablePath: string): Promise<Browser> {
  return (browser ??= launchBrowser(executablePath))
}

// Vitest loads this file for each test file, as a setup file.
afterAll(async () => {
  const used = browser
  browser = undefined
  await (await used)?.close()
})
