import { fileURLToPath } from 'node:url'
import { build } from 'tsdown'

const folder = fileURLToPath(new URL('..', import.meta.url))

/** Builds the button into one script, `button.js`, that a page can load with `<script async>`, and its types. */
export async function buildButton(outDir: string, options: { types: boolean }): Promise<void> {
  const entry = { button: 'src/index.ts' }
  const shared = {
    cwd: folder,
    config: false as const,
    entry,
    outDir,
    platform: 'browser' as const,
    logLevel: 'error' as const,
  }
  await build({
    ...shared,
    // A classic script: it runs from another origin without CORS, and can also be imported.
    format: 'iife',
    target: ['chrome110', 'firefox115', 'safari16.4'],
    minify: true,
    dts: false,
    clean: false,
    outputOptions: { entryFileNames: '[name].js', comments: false },
  })
  if (options.types) await build({ ...shared, format: 'esm', dts: { emitDtsOnly: true }, clean: false })
}

if (import.meta.main) await buildButton('dist', { types: true })
