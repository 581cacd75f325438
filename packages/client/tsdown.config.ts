import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { defineConfig, type UserConfig } from 'tsdown'
import { documentDeclarations } from './scripts/document-declarations.ts'

/** The maximum length of an object type on one line, in characters. */
const MAX_LINE = 120

const client: UserConfig = {
  entry: ['index', 'email', 'expected-date', 'limits', 'price', 'tanstack-query', 'token'].map(
    (name) => `src/${name}.ts`,
  ),
  // CommonJS too: `require()` of an ES module is an error in older versions of Node, in TypeScript's `node16` and in Jest.
  format: ['esm', 'cjs'],
  platform: 'neutral',
  target: 'es2022',
  // `.js` and `.d.ts` for ES modules, which the package consists of by default, `.cjs` and `.d.cts` for CommonJS.
  fixedExtension: false,
  minify: true,
  sourcemap: true,
  // This tsconfig covers both folders, so that the declarations of core's rules are included in the package.
  dts: { sourcemap: false, tsconfig: '../tsconfig.client.json' },
  // The types of the server refer to those of the database, which must not be bundled.
  deps: { neverBundle: ['kysely', '@prebook/client'] },
  // What entries share gets a stable name.
  outputOptions: (options, format) => ({
    ...options,
    comments: false,
    chunkFileNames: `shared-[name].${format === 'cjs' ? 'cjs' : 'js'}`,
  }),
  hooks: {
    async 'build:done'({ chunks }) {
      for (const { outDir, fileName } of chunks) {
        if (!/\.d\.c?ts$/.test(fileName)) continue
        const file = join(outDir, fileName)
        // The declarations of tRPC use `Disposable`, which is not in the default libraries of most applications.
        const header = '/// <reference lib="esnext.disposable" />\n'
        await writeFile(file, documentDeclarations(header + compact(await readFile(file, 'utf8'))))
      }
    },
  },
}

// The fake is a bundle of its own, with zod and all of core, so that the other entries share nothing with it.
export default defineConfig([
  client,
  { ...client, entry: { testing: 'src/fake/index.ts' }, sourcemap: false, clean: false },
])

/**
 * Reduces the size of a declaration file: joins short object types that the bundler splits over several lines, indents with
 * tabs, and removes the reference to a source map that is not published.
 */
function compact(declarations: string): string {
  const multiline = /\{\n((?:\s+[^\n{}/]+;\n)+)\s*\}/g
  const joined = declarations
    .replace(/\/\/# sourceMappingURL=.*\n?$/, '')
    .replace(/^(?: {2})+/gm, (spaces) => '\t'.repeat(spaces.length / 2))
    .replace(multiline, (whole, members: string) => {
      const line = `{ ${members
        .trim()
        .replaceAll(/;\n\s*/g, '; ')
        .replace(/;$/, '')} }`
      return line.length <= MAX_LINE ? line : whole
    })
  return joined === declarations ? joined : compact(joined)
}
