import { existsSync } from 'node:fs'
import { chromium } from 'playwright-core'

const usualPlaces = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]

/** The browser to test with: the one that is named, else one of the machine, else one that Playwright has fetched. */
export const browserPath: string | null = find()

function find(): string | null {
  const named = process.env['CHROMIUM_PATH']
  if (named) {
    // Whoever names a browser does not want to hear later that nothing was tested.
    if (!existsSync(named)) throw new Error(`CHROMIUM_PATH names no file: ${named}`)
    return named
  }
  return [...usualPlaces, chromium.executablePath()].find((path) => existsSync(path)) ?? null
}
