import { existsSync } from 'node:fs'
import { chromium } from 'playwright-core'

const defaultPaths = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]

/** Path of the browser: CHROMIUM_PATH, else an installed one, else one that Playwright has downloaded. */
export const browserPath: string | null = find()

function find(): string | null {
  const named = process.env['CHROMIUM_PATH']
  if (named) {
    // A wrong path is an error. Skipping all tests would hide it.
    if (!existsSync(named)) throw new Error(`CHROMIUM_PATH is not a file: ${named}`)
    return named
  }
  return [...defaultPaths, chromium.executablePath()].find((path) => existsSync(path)) ?? null
}
