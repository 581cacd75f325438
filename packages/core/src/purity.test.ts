import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

const folder = import.meta.dirname

const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
  .map((path) => ({ path, code: withoutComments(readFileSync(join(folder, path), 'utf8')) }))

function withoutComments(code: string): string {
  return code.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '')
}

/**
 * The modules that a file imports: with `from`, a bare `import`, `import()` or `require()`. A name in quotes, such as
 * 'books.import', imports nothing.
 */
function specifiers(code: string): string[] {
  const pattern = /(?<!['"`][\w.]*)\b(?:from|import|require)\s*\(?\s*(['"`])([^'"`]+)\1/g
  return Array.from(code.matchAll(pattern), (match) => match[2] ?? '')
}

describe('core', () => {
  test('is scanned completely', () => {
    expect(sources.map((source) => source.path)).toEqual(
      expect.arrayContaining(['index.ts', 'errors.ts', join('schemas', 'books.ts')]),
    )
    expect(specifiers(`import 'a'; export * from "b"; await import('c'); require(\`d\`)`)).toEqual(
      Array.from('abcd'),
    )
  })

  test.each(sources)('$path imports only zod and relative files', ({ code }) => {
    for (const specifier of specifiers(code)) expect(specifier).toMatch(/^(?:zod$|\.\.?\/)/)
  })

  test.each(sources)('$path uses no clock, no randomness and no environment', ({ code }) => {
    expect(code).not.toMatch(
      /\b(?:Date\.now|new Date|Math\.random|performance|crypto|process|globalThis|console|fetch)\b/,
    )
  })

  test('depends only on zod', () => {
    const manifest: unknown = JSON.parse(readFileSync(join(folder, '../package.json'), 'utf8'))
    expect(manifest).toMatchObject({ dependencies: { zod: expect.any(String) } })
    expect(manifest).toSatisfy((it: { dependencies: object }) => Object.keys(it.dependencies).length === 1)
    for (const field of ['peerDependencies', 'optionalDependencies'])
      expect(manifest).not.toHaveProperty(field)
  })

  test('exports every file from its index', () => {
    const index = sources.find((source) => source.path === 'index.ts')
    const exported = specifiers(index?.code ?? '').map((specifier) => join(specifier))
    const files = sources.map((source) => source.path).filter((path) => path !== 'index.ts')
    expect(exported.toSorted()).toEqual(files.toSorted())
  })
})
