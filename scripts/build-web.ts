import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const script = fileURLToPath(new URL('../apps/web/scripts/build.ts', import.meta.url))

/**
 * Builds the web page unless the existing build is up to date.
 *
 * @throws Error when the build fails; the details are on standard error
 */
export async function buildWebIfNeeded(): Promise<void> {
  const child = spawn(process.execPath, [script, '--if-needed'], { stdio: ['ignore', 'inherit', 'inherit'] })
  const [code] = await once(child, 'exit')
  if (code !== 0) throw new Error('Could not build the web page; see the errors above.')
}
