import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { browserPath } from './browser-path.ts'

const build = fileURLToPath(new URL('../../../apps/web/scripts/build.ts', import.meta.url))

/** Vitest's global set-up: the page as its sources are now, and a loud word when there is no browser to look at it. */
export default async function setup(): Promise<void> {
  if (browserPath === null) {
    process.stderr.write(
      '\nNO BROWSER on this machine: no test looks at the page. Install chromium, or name one in CHROMIUM_PATH.\n\n',
    )
    return
  }
  await promisify(execFile)(process.execPath, [build, '--if-needed'])
}
