import { mkdir, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build, type Plugin } from 'vite'
import { API_ENTRY_VARIABLE } from './spawn-api.ts'

const api = fileURLToPath(new URL('../../../apps/api', import.meta.url))
// Within the folder of the API, so that it finds the same packages.
const bundle = join(api, 'node_modules/.cache/bundle/main.mjs')

/** Packages with a compiled part, which stay where they are. */
const native = /^(?:better-sqlite3|@node-rs\/argon2)$/

/**
 * Vitest's global setup: bundles the API, since tests start it hundreds of times. Most of a start is spent resolving about
 * 900 modules, so a bundle starts in half the time.
 */
export default async function setup(): Promise<() => void> {
  const result = await build({
    root: api,
    configFile: false,
    logLevel: 'warn',
    plugins: [keepLocations()],
    ssr: { noExternal: true, external: ['pg-native'] },
    build: {
      ssr: join(api, 'src/main.ts'),
      target: 'node24',
      write: false,
      rolldownOptions: { output: { codeSplitting: false } },
    },
  })
  const [output] = Array.isArray(result) ? result : [result]
  if (output === undefined || !('output' in output)) throw new Error('The API was not bundled.')
  // Renamed into place, because another run may be starting it.
  const temporary = `${bundle}.${process.pid}`
  await mkdir(dirname(bundle), { recursive: true })
  await writeFile(temporary, output.output[0].code)
  await rename(temporary, bundle)
  process.env[API_ENTRY_VARIABLE] = bundle
  return () => {
    delete process.env[API_ENTRY_VARIABLE]
  }
}

/** Keeps the location of each source, with which it finds files next to it, and of each native package. */
function keepLocations(): Plugin {
  return {
    name: 'keep-locations',
    enforce: 'pre',
    transform(code, id) {
      if (id.includes('node_modules')) return null
      return code.replaceAll('import.meta.url', JSON.stringify(pathToFileURL(id).href))
    },
    async resolveId(name, importer) {
      if (!native.test(name)) return null
      const found = await this.resolve(name, importer, { skipSelf: true })
      return found === null ? null : { id: pathToFileURL(found.id).href, external: true }
    },
  }
}
