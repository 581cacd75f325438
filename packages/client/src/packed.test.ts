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

let strangers: PackedConsumers
let installed: string
beforeAll(async () => {
  strangers = await installPackedConsumers()
  installed = join(strangers.plain, 'node_modules/@prebook/client')
}, TEST_MS)
afterAll(() => strangers[Symbol.asyncDispose]())

describe('the package', () => {
  test('names what it needs by versions, and nothing of this repository', async () => {
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
        './limits': { types: './dist/limits.d.ts', default: './dist/limits.js' },
        './price': { types: './dist/price.d.ts', default: './dist/price.js' },
        './tanstack-query': { types: './dist/tanstack-query.d.ts', default: './dist/tanstack-query.js' },
        './package.json': './package.json',
      },
      peerDependenciesMeta: { '@tanstack/react-query': { optional: true } },
    })
    expect(manifest).not.toHaveProperty('private')
    expect(Object.keys(manifest['dependencies'] as object)).toEqual(['@trpc/client', '@trpc/server'])
  })

  test('holds what is built, its documents and its licence, and no more', async () => {
    expect(await filesIn(installed, '**/*.*')).toEqual([
      'README.md',
      'dist/index.d.ts',
      'dist/index.js',
      'dist/index.js.map',
      'dist/limits.d.ts',
      'dist/limits.js',
      'dist/limits.js.map',
      'dist/price.d.ts',
      'dist/price.js',
      'dist/price.js.map',
      'dist/tanstack-query.d.ts',
      'dist/tanstack-query.js',
      'dist/tanstack-query.js.map',
      'docs/api.md',
      'package.json',
    ])
    expect(await readFile(join(installed, 'LICENSE'), 'utf8')).toContain('MIT')
  })

  test('brings tRPC along, and nothing else that runs', async () => {
    const names = await filesIn(join(strangers.plain, 'node_modules'), '{@*/*,[!@.]*}')
    expect(names).toEqual(['@prebook/client', '@trpc/client', '@trpc/server'])
  })

  test('is small', async () => {
    const sizes = await sizesOf(join(installed, 'dist'))
    expect(sizes['index.js']).toBeLessThan(8_500)
    expect(sizes['index.d.ts']).toBeLessThan(18_000)
    expect(sizes['tanstack-query.js']).toBeLessThan(1_000)
    expect(sizes['tanstack-query.d.ts']).toBeLessThan(4_000)
  })

  test('tells nothing of how the server is made', async () => {
    for await (const file of glob('dist/*.{js,d.ts}', { cwd: installed })) {
      const text = await readFile(join(installed, file), 'utf8')
      expect(text).not.toMatch(/kysely|lucia|sqlite|postgres|argon2|zod|hono/i)
      expect(text).not.toMatch(/password_hash|_at\b|user_id|book_id|search_text|\bTx\b|lease_|quantity_after/)
      expect(text).not.toMatch(/@prebook\/(core|server|db)/)
    }
  })

  test('runs where there is no Node', async () => {
    for await (const file of glob('dist/*.js', { cwd: installed })) {
      const text = await readFile(join(installed, file), 'utf8')
      expect(text).not.toMatch(/node:|\brequire\b|\bprocess\b|\bBuffer\b|\bwindow\b|\bdocument\b/)
      const imports = Array.from(text.matchAll(/from\s*["']([^"']+)["']/g), ([, name]) => name)
      for (const name of imports) expect(['@trpc/client', '@trpc/server/observable']).toContain(name)
    }
  })

  test('is what publint and attw expect of a package', async () => {
    const [publint, attw] = await Promise.all([
      runTool('publint', ['run', strangers.tarball, '--strict']),
      runTool('attw', [strangers.tarball, '--profile', 'esm-only', '--no-emoji']),
    ])
    expect(publint.output).toContain('All good!')
    expect(publint.code).toBe(0)
    expect(attw.output).toContain('"@prebook/client/tanstack-query"')
    expect(attw.code).toBe(0)
  })
})

describe('an application of somebody else’s', () => {
  test.each(compilers)('compiles with %s, whichever way modules are resolved', async (compiler) => {
    const runs = await Promise.all(
      resolutions.map((resolution) =>
        typeCheck(strangers.plain, ['types.ts', 'run.ts'], compiler, resolution),
      ),
    )
    for (const run of runs) expect(run).toEqual({ code: 0, output: '' })
  })

  test('compiles with React and TanStack Query beside it', async () => {
    // Each compiler and each resolution once: all six take long, and differ in nothing that is about this entry alone.
    const runs = await Promise.all([
      typeCheck(strangers.withReact, ['tanstack.ts'], 'typescript-5.9', 'bundler'),
      typeCheck(strangers.withReact, ['tanstack.ts'], 'typescript-6', 'nodenext'),
      typeCheck(strangers.withReact, ['tanstack.ts'], 'typescript', 'bundler'),
    ])
    for (const run of runs) expect(run).toEqual({ code: 0, output: '' })
  })

  test.each([
    ['an input', 'create: Mutation<{ bookId: number }, Prebook>', 'create: Mutation<any, Prebook>'],
    [
      'an answer',
      'create: Mutation<{ bookId: number }, Prebook>',
      'create: Mutation<{ bookId: number }, any>',
    ],
    ['a field of an answer', 'priceCents: number', 'priceCents: any'],
    ['every reason', 'type Reason = keyof typeof known', 'type Reason = any'],
    ['what is refused', 'data: NonNullable<', 'data: any | NonNullable<'],
    ['what went wrong', 'explainError(error: unknown): PrebookFailure', 'explainError(error: unknown): any'],
    ['the options', 'createClient(options: ClientOptions)', 'createClient(options: any)'],
    ['the client', 'type PrebookClient = TRPCClient<PrebookRouter>', 'type PrebookClient = any'],
  ])('would not compile if %s were any', async (what, from, to) => {
    const folder = join(strangers.plain, 'mutants', what)
    const copy = join(folder, 'node_modules/@prebook/client')
    await mkdir(dirname(copy), { recursive: true })
    await cp(installed, copy, { recursive: true })
    const declarations = join(copy, 'dist/index.d.ts')
    const text = await readFile(declarations, 'utf8')
    expect(text).toContain(from)
    await writeFile(declarations, text.replace(from, to))
    await cp(join(strangers.plain, 'types.ts'), join(folder, 'types.ts'))
    const { code, output } = await typeCheck(folder, ['types.ts'], 'typescript', 'nodenext')
    expect(code).not.toBe(0)
    expect(output).toMatch(/^types\.ts\(/m)
    expect(output).not.toContain('index.d.ts')
  })

  test('runs against a live server', async () => {
    await using shop = await startShop()
    const { code, output } = await runCommand(process.execPath, ['run.ts'], {
      cwd: strangers.plain,
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
  test('compiles as it stands', async () => {
    expect(await compile(strangers.example, 'tsconfig.json', 'typescript')).toEqual({ code: 0, output: '' })
  })

  test('pre-books, waits, tells when a title is back, and ends', async () => {
    await using shop = await startShop()
    const { admin } = shop
    const book = (title: string, isbn: string | null, stockQuantity: number) =>
      admin.books.create.mutate({ title, author: 'Somebody', priceCents: 999, isbn, stockQuantity })
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
        cwd: strangers.example,
        env: {
          PREBOOK_URL: shop.url,
          PREBOOK_EMAIL: account.email,
          PREBOOK_PASSWORD: account.password,
          POLL_SECONDS: '0.05',
        },
        onOutput(text) {
          // Its session ends while it waits; when it has noticed, the books come in.
          if (text.includes('Still waiting')) meanwhile ??= reader.auth.logoutEverywhere.mutate()
          if (text.includes('signing in again')) meanwhile = meanwhile?.then(restock)
        },
      },
    )
    await meanwhile
    const [first, second, third, fourth, ...back] = output.trimEnd().split('\n')
    expect([first, second, third, fourth]).toEqual([
      'Waiting for “Dune” by Somebody.',
      '“Emma” by Somebody is in stock: buy it now.',
      'Still waiting for “Ulysses” by Somebody.',
      'The session has ended: signing in again.',
    ])
    expect(back.toSorted()).toEqual([
      expect.stringMatching(/^“Dune” by Somebody is back, since 2.*Z\.$/),
      expect.stringMatching(/^“Ulysses” by Somebody is back, since 2.*Z\.$/),
    ])
    expect(code).toBe(0)
  })

  test('says what is wrong in a sentence', async () => {
    const run = (args: string[], env: Record<string, string> = {}) =>
      runCommand('npm', ['start', '--silent', '--', ...args], {
        cwd: strangers.example,
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

describe('the documents', () => {
  test('have an API reference that says what is published', async () => {
    const written = await readFile(join(installed, 'docs/api.md'), 'utf8')
    // If this fails: `pnpm --filter @prebook/client build`, then `… api-reference`.
    expect(written).toBe(await apiReference(join(installed, 'dist')))
  })

  test('have examples that compile', async () => {
    const files: string[] = []
    for (const document of ['README.md', 'docs/api.md']) {
      const text = await readFile(join(installed, document), 'utf8')
      for (const [, code] of text.matchAll(/^```ts\n(.*?)^```$/gms)) {
        const file = `example-${files.length}.ts`
        await writeFile(join(strangers.withReact, file), String(code))
        files.push(file)
      }
    }
    expect(files.length).toBeGreaterThan(12)
    const run = await typeCheck(strangers.withReact, ['at-hand.d.ts', ...files], 'typescript', 'bundler')
    expect(run).toEqual({ code: 0, output: '' })
  })
})

const adminAccount = { email: 'admin@example.org', password: 'a password for admins' }

/** A live server with an admin. */
async function startShop() {
  const api = await spawnApi()
  await api.createAdmin(adminAccount.email, adminAccount.password)
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
    cwd: strangers.plain,
  })
}
