import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { defineConfig } from 'tsdown'

/** How long an object type on one line may be. */
const LINE = 120

export default defineConfig({
  entry: ['src/index.ts', 'src/limits.ts', 'src/price.ts', 'src/tanstack-query.ts'],
  format: 'esm',
  platform: 'neutral',
  target: 'es2022',
  // `.js` and `.d.ts`: the package is a module as a whole.
  fixedExtension: false,
  minify: true,
  sourcemap: true,
  // Above both folders: the declarations of core's limits and prices become part of the package's own.
  dts: { sourcemap: false, tsconfig: '../tsconfig.client.json' },
  // The server's types reach the database's; bundling must not follow them there.
  deps: { neverBundle: ['kysely', '@prebook/client'] },
  outputOptions: { comments: false },
  hooks: {
    async 'build:done'({ chunks }) {
      for (const { outDir, fileName } of chunks) {
        if (!fileName.endsWith('.d.ts')) continue
        const file = join(outDir, fileName)
        // tRPC's declarations name `Disposable`, which most applications have not asked their compiler for.
        const header = '/// <reference lib="esnext.disposable" />\n'
        await writeFile(file, header + compact(await readFile(file, 'utf8')))
      }
    },
  },
})

/**
 * Puts short object types of a declaration file on one line each, where the bundler spreads them over many; indents with
 * tabs; and drops the name of a source map that is not there.
 */
function compact(declarations: string): string {
  const spread = /\{\n((?:\s+[^\n{}/]+;\n)+)\s*\}/g
  const joined = declarations
    .replace(/\/\/# sourceMappingURL=.*\n?$/, '')
    .replace(/^(?: {2})+/gm, (spaces) => '\t'.repeat(spaces.length / 2))
    .replace(spread, (whole, members: string) => {
      const line = `{ ${members
        .trim()
        .replaceAll(/;\n\s*/g, '; ')
        .replace(/;$/, '')} }`
      return line.length <= LINE ? line : whole
    })
  return joined === declarations ? joined : compact(joined)
}
