import { TEST_MS } from '@prebook/testing/bounds'
import { cp, glob, mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { spawnApi } from '@prebook/testing/api'
import { sizesOf } from '../scripts/size.ts'
import { apiReference } from '../scripts/write-api-reference.ts'
import { createClient } from './index.ts'
import { runCommand } from './testing/run-command.ts'
import {
  compile,
  compilers,
  installPackedConsumers,
  resolutions,
  typeCheck,
  type PackedConsumers,
} from './testing/packed-consumers.ts'

let consumers: PackedConsumers
let installed: string
beforeAll(async () => {
  consumers = await installPackedConsumers()
  installed = join(consumers.plain, 'node_modules/@prebook/client')
}, TEST_MS)
afterAll(() => consumers[Symbol.asyncDispose]())

describe('the package', () => {
  test('has versioned dependencies and no reference to the workspace', async () => {
    const text = await readFile(join(installed, 'package.json'), 'utf8')
    expect(text).not.toMatch(/"(workspace|catalog|link|file):/)
    const manifest = JSON.parse(text) as Record<string, unknown>
    expect(manifest).toMatchObject({
      name: '@prebook/client',
      license: 'MIT',
      type: 'module',
      sideEffects: false,
      exports: {
        '.': { types: './dist/index.d.ts', default: './dist/index.js' },
        './email': { types: './dist/email.d.ts', default: './dist/email.js' },
        './limits': { types: './dist/limits.d.ts', default: './dist/limits.js' },
        './price': { types: './dist/price.d.ts', default: './dist/price.js' },
        './tanstack-query': { types: './dist/tanstack-query.d.ts', default: './dist/tanstack-query.js' },
        './token': { types: './dist/token.d.ts', default: './dist/token.js' },
        './package.json': './package.json',
      },
      peerDependenciesMeta: { '@tanstack/react-query': { optional: true } },
    })
    expect(manifest).not.toHaveProperty('private')
    expect(Object.keys(manifest['dependencies'] as object)).toEqual(['@trpc/client', '@trpc/server'])
  })

  test('contains only the build, the documentation and the licence', async () => {
    expect(await filesIn(installed, '**/*.*')).toEqual([
      'README.md',
      'dist/email.d.ts',
      'dist/email.js',
      'dist/email.js.map',
      'dist/index.d.ts',
      'dist/index.js',
      'dist/index.js.map',
      'dist/limits.d.ts',
      'dist/limits.js',
      'dist/price.d.ts',
      'dist/price.js',
      'dist/price.js.map',
      'dist/shared-limits.js',
      'dist/shared-limits.js.map',
      'dist/tanstack-query.d.ts',
      'dist/tanstack-query.js',
      'dist/tanstack-query.js.map',
      'dist/token.d.ts',
      'dist/token.js',
      'dist/token.js.map',
      'docs/api.md',
      'package.json',
    ])
    expect(await readFile(join(installed, 'LICENSE'), 'utf8')).toContain('MIT')
  })

  test('installs only tRPC as a runtime dependency', async () => {
    const names = await filesIn(join(consumers.plain, 'node_modules'), '{@*/*,[!@.]*}')
    expect(names).toEqual(['@prebook/client', '@trpc/client', '@trpc/server'])
  })

  test('is small', async () => {
    const sizes = await sizesOf(join(installed, 'dist'))
    expect(sizes['index.js']).toBeLessThan(8_500)
    expect(sizes['index.d.ts']).toBeLessThan(28_000)
    expect(sizes['tanstack-query.js']).toBeLessThan(1_000)
    expect(sizes['tanstack-query.d.ts']).toBeLessThan(4_000)
  })

  test('does not reveal how the server is implemented', async () => {
    for await (const file of glob('dist/*.{js,d.ts}', { cwd: installed })) {
      const text = await readFile(join(installed, file), 'utf8')
      expect(text).not.toMatch(/kysely|lucia|sqlite|postgres|argon2|zod|hono/i)
      expect(text).not.toMatch(/password_hash|_at\b|user_id|book_id|search_text|\bTx\b|lease_|quantity_after/)
      expect(text).not.toMatch(/@prebook\/(core|server|db)/)
    }
  })

  test('does not depend on Node', async () => {
    for await (const file of glob('dist/*.js', { cwd: installed })) {
      const text = await readFile(join(installed, file), 'utf8')
      expect(text).not.toMatch(/node:|\brequire\b|\bprocess\b|\bBuffer\b|\bwindow\b|\bdocument\b/)
      const imports = Array.from(text.matchAll(/from\s*["']([^"']+)["']/g), ([, name]) => name)
      for (const name of imports)
        expect(['./shared-limits.js', '@trpc/client', '@trpc/server/observable']).toContain(name)
    }
  })

  test('passes publint and attw', async () => {
    const [publint, attw] = await Promise.all([
      runTool('publint', ['run', consumers.tarball, '--strict']),
      runTool('attw', [consumers.tarball, '--profile', 'esm-only', '--no-emoji']),
    ])
    expect(publint.output).toContain('All good!')
    expect(publint.code).toBe(0)
    expect(attw.output).toContain('"@prebook/client/tanstack-query"')
    expect(attw.code).toBe(0)
  })
})

describe('an application that installs the package', () => {
  test.each(compilers)('compiles with %s and each module resolution', async (compiler) => {
    const runs = await Promise.all(
      resolutions.map((resolution) =>
        typeCheck(consumers.plain, ['types.ts', 'run.ts'], compiler, resolution),
      ),
    )
    for (const run of runs) expect(run).toEqual({ code: 0, output: '' })
  })

  test('compiles with React and TanStack Query', async () => {
    // Three of six combinations, since each run is slow. They cover every compiler and every resolution.
    const runs = await Promise.all([
      typeCheck(consumers.withReact, ['tanstack.ts'], 'typescript-5.9', 'bundler'),
      typeCheck(consumers.withReact, ['tanstack.ts'], 'typescript-6', 'nodenext'),
      typeCheck(consumers.withReact, ['tanstack.ts'], 'typescript', 'bundler'),
    ])
    for (const run of runs) expect(run).toEqual({ code: 0, output: '' })
  })

  test.each([
    ['an input', 'create: Mutation<{ bookId: number }, Prebook>', 'create: Mutation<any, Prebook>'],
    [
      'an output',
      'create: Mutation<{ bookId: number }, Prebook>',
      'create: Mutation<{ bookId: number }, any>',
    ],
    ['a field of an output', 'priceCents: number', 'priceCents: any'],
    ['every reason', 'type Reason = keyof typeof known', 'type Reason = any'],
    ['the data of a refusal', 'data: NonNullable<', 'data: any | NonNullable<'],
    ['the failure', 'explainError(error: unknown): PrebookFailure', 'explainError(error: unknown): any'],
    ['the options', 'createClient(options: ClientOptions)', 'createClient(options: any)'],
    ['the client', 'type PrebookClient = TRPCClient<PrebookRouter>', 'type PrebookClient = any'],
  ])('does not compile if the type of %s is any', async (what, from, to) => {
    const folder = join(consumers.plain, 'mutants', what)
    const copy = join(folder, 'node_modules/@prebook/client')
    await mkdir(dirname(copy), { recursive: true })
    await cp(installed, copy, { recursive: true })
    const declarations = join(copy, 'dist/index.d.ts')
    const text = await readFile(declarations, 'utf8')
    expect(text).toContain(from)
    await writeFile(declarations, text.replace(from, to))
    await cp(join(consumers.plain, 'types.ts'), join(folder, 'types.ts'))
    const { code, output } = await typeCheck(folder, ['types.ts'], 'typescript', 'nodenext')
    expect(code).not.toBe(0)
    expect(output).toMatch(/^types\.ts\(/m)
    expect(output).not.toContain('index.d.ts')
  })

  test('runs against a live server', async () => {
    await using shop = await startShop()
    const { code, output } = await runCommand(process.execPath, ['run.ts'], {
      cwd: consumers.plain,
      env: { PREBOOK_URL: shop.url, ADMIN_PASSWORD: adminAccount.password },
    })
    expect({ code, output }).toMatchObject({ code: 0 })
    expect(JSON.parse(output)).toEqual({
      statuses: ['waiting', 'notified'],
      watched: ['waiting', 'notified'],
      notified: 1,
      titles: ['Dune'],
      twice: true,
      failures: ['PREBOOK_DUPLICATE', 'AUTH_REQUIRED', 'unreachable'],
      over: [],
      timers: [],
    })
  })
})

describe('the example waitlist-bot', () => {
  test('compiles unchanged', async () => {
    expect(await compile(consumers.example, 'tsconfig.json', 'typescript')).toEqual({ code: 0, output: '' })
  })

  test('pre-books, waits, reports a restock, and exits', async () => {
    await using shop = await startShop()
    const { admin } = shop
    const book = (title: string, isbn: string | null, stockQuantity: number) =>
      admin.books.create.mutate({ title, author: 'An Author', priceCents: 999, isbn, stockQuantity })
    const [dune, emma, ulysses] = [
      await book('Dune', null, 0),
      await book('Emma', null, 3),
      await book('Ulysses', '9780141182803', 0),
    ]
    const account = { email: 'reader@example.org', password: 'a password for tests' }
    const { token } = await createClient({ url: shop.url }).auth.register.mutate(account)
    const reader = createClient({ url: shop.url, token })
    await reader.prebooks.create.mutate({ bookId: ulysses.id })
    const restock = async () => {
      for (const bookId of [dune.id, ulysses.id]) await admin.stock.set.mutate({ bookId, quantity: 5 })
    }

    let meanwhile: Promise<unknown> | undefined
    const { code, output } = await runCommand(
      'npm',
      ['start', '--silent', '--', `${dune.id}`, `${emma.id}`, '9780141182803'],
      {
        cwd: consumers.example,
        env: {
          PREBOOK_URL: shop.url,
          PREBOOK_EMAIL: account.email,
          PREBOOK_PASSWORD: account.password,
          POLL_SECONDS: '0.05',
        },
        onOutput(text) {
          // The session ends while the bot waits. After the bot has signed in again, the books are restocked.
          if (text.includes('Still waiting')) meanwhile ??= reader.auth.logoutEverywhere.mutate()
          if (text.includes('signing in again')) meanwhile = meanwhile?.then(restock)
        },
      },
    )
    await meanwhile
    const [first, second, third, fourth, ...back] = output.trimEnd().split('\n')
    expect([first, second, third, fourth]).toEqual([
      'Waiting for “Dune” by An Author.',
      '“Emma” by An Author is in stock: buy it now.',
      'Still waiting for “Ulysses” by An Author.',
      'The session has ended: signing in again.',
    ])
    expect(back.toSorted()).toEqual([
      expect.stringMatching(/^“Dune” by An Author is back, since 2.*Z\.$/),
      expect.stringMatching(/^“Ulysses” by An Author is back, since 2.*Z\.$/),
    ])
    expect(code).toBe(0)
  })

  test('reports errors in one sentence', async () => {
    const run = (args: string[], env: Record<string, string> = {}) =>
      runCommand('npm', ['start', '--silent', '--', ...args], {
        cwd: consumers.example,
        env: { PREBOOK_URL: 'http://127.0.0.1:1', ...env },
      })
    const [nothing, nowhere, never] = await Promise.all([
      run([]),
      run(['1']),
      run(['1'], { POLL_SECONDS: 'never' }),
    ])
    expect(never).toEqual({ code: 2, output: 'POLL_SECONDS must be above 0, and at most 86400.\n' })
    expect(nothing).toEqual({ code: 2, output: 'Name the books to wait for, by their ids or ISBNs.\n' })
    expect(nowhere).toMatchObject({ code: 1 })
    expect(nowhere.output).toContain('http://127.0.0.1:1 cannot be reached')
  })
})

describe('the documentation', () => {
  test('has an up-to-date API reference', async () => {
    const written = await readFile(join(installed, 'docs/api.md'), 'utf8')
    // If this fails: `pnpm --filter @prebook/client build`, then `… api-reference`.
    expect(written).toBe(await apiReference(join(installed, 'dist')))
  })

  test('has examples that compile', async () => {
    const files: string[] = []
    for (const document of ['README.md', 'docs/api.md']) {
      const text = await readFile(join(installed, document), 'utf8')
      for (const [, code] of text.matchAll(/^```ts\n(.*?)^```$/gms)) {
        const file = `example-${files.length}.ts`
        await writeFile(join(consumers.withReact, file), String(code))
        files.push(file)
      }
    }
    expect(files.length).toBeGreaterThan(12)
    const run = await typeCheck(consumers.withReact, ['at-hand.d.ts', ...files], 'typescript', 'bundler')
    expect(run).toEqual({ code: 0, output: '' })
  })
})

const adminAccount = { email: 'admin@example.org', password: 'a password for admins' }

/** A live server with an admin. */
async function startShop() {
  const api = await spawnApi({ admin: adminAccount })
  const { token } = await createClient({ url: api.url }).auth.login.mutate(adminAccount)
  return {
    url: api.url,
    admin: createClient({ url: api.url, token }),
    [Symbol.asyncDispose]: () => api[Symbol.asyncDispose](),
  }
}

async function filesIn(folder: string, pattern: string): Promise<string[]> {
  const found: string[] = []
  for await (const file of glob(pattern, { cwd: folder })) found.push(file.replaceAll('\\', '/'))
  return found.toSorted()
}

/** Runs a command of this package's devDependencies. */
async function runTool(name: string, args: string[]) {
  return runCommand(fileURLToPath(new URL(`../node_modules/.bin/${name}`, import.meta.url)), args, {
    cwd: consumers.plain,
  })
}
