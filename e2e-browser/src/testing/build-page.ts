import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { browserPath } from './browser-path.ts'

const build = fileURLToPath(new URL('../../../apps/web/scripts/build.ts', import.meta.url))

/** Vitest's global setup: builds the page when its sources have changed, and warns when there is no browser. */
export default async function setup(): Promise<void> {
  if (browserPath === null) {
    process.stderr.write(
      '\nNO BROWSER FOUND: all browser tests are skipped. Install chromium, or set CHROMIUM_PATH to one.\n\n',
    )
    return
  }
  await promisify(execFile)(process.execPath, [build, '--if-needed'])
}
