import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const script = fileURLToPath(new URL('../apps/web/scripts/build.ts', import.meta.url))

/**
 * Builds the web page, unless the build that is there is of the sources as they are.
 *
 * @throws Error when it cannot be built; what is wrong has been written to standard error
 */
export async function buildWebIfNeeded(): Promise<void> {
  const child = spawn(process.execPath, [script, '--if-needed'], { stdio: ['ignore', 'inherit', 'inherit'] })
  const [code] = await once(child, 'exit')
  if (code !== 0) throw new Error('The web page could not be built; see above.')
}
