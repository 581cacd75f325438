import { TEST_MS } from '@prebook/testing/bounds'
import { cp, glob, mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'vite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { refusals, refusalsOf, type ProcedureName } from '@prebook/server'
import { spawnApi } from '@prebook/testing/api'
import { procedures } from '../scripts/procedures.ts'
import { sizesOf } from '../scripts/size.ts'
import { apiReference } from '../scripts/write-api-reference.ts'
import { createClient } from './index.ts'
import { readHovers, withoutComments, type Hover, type Hovers } from './testing/hovers.ts'
import { mustRun, runCommand } from './testing/run-command.ts'
import {
  compile,
  compilers,
  countTypes,
  installPackedConsumers,
  typeCheck,
  type PackedConsumers,
} from './testing/packed-consumers.ts'

type Manifest = Record<string, unknown>

/** The entry points of the package. */
const entries = ['index', 'email', 'expected-date', 'limits', 'price', 'tanstack-query', 'testing', 'token']

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
    const manifest = JSON.parse(text) as Manifest
    expect(manifest).toMatchObject({
      name: '@prebook/client',
      license: 'MIT',
      type: 'module',
      sideEffects: false,
      main: './dist/index.cjs',
      types: './dist/index.d.cts',
      typesVersions: {
        '*': Object.fromEntries(entries.slice(1).map((name) => [name, [`./dist/${name}.d.cts`]])),
      },
      exports: {
        ...Object.fromEntries(
          entries.map((name) => [
            name === 'index' ? '.' : `./${name}`,
            {
              import: { types: `./dist/${name}.d.ts`, default: `./dist/${name}.js` },
              require: { types: `./dist/${name}.d.cts`, default: `./dist/${name}.cjs` },
            },
          ]),
        ),
        './package.json': './package.json',
      },
      peerDependencies: { '@trpc/client': '>=11.19 <12', '@trpc/server': '>=11.19 <12' },
      peerDependenciesMeta: { '@tanstack/react-query': { optional: true } },
    })
    expect(manifest).not.toHaveProperty('private')
    expect(manifest).not.toHaveProperty('dependencies')
  })

  test('contains only the build, the documentation and the licence', async () => {
    const shared = ['limits'].map((name) => `shared-${name}`)
    const scripts = [...entries, ...shared].flatMap((name) => [`${name}.js`, `${name}.cjs`])
    // A file that only re-exports has no source map, and neither has the fake: it would be five times as large.
    const maps = scripts.filter((name) => !/^(?:limits|testing)\./.test(name)).map((name) => `${name}.map`)
    const declarations = entries.flatMap((name) => [`${name}.d.ts`, `${name}.d.cts`])
    expect(await filesIn(installed, '**/*.*')).toEqual(
      [
        'CHANGELOG.md',
        'README.md',
        'docs/api.md',
        'docs/versions.md',
        'package.json',
        ...[...scripts, ...maps, ...declarations].map((name) => `dist/${name}`),
      ].toSorted(),
    )
    expect(await readFile(join(installed, 'LICENSE'), 'utf8')).toContain('MIT')
  })

  test('has a changelog that starts with its version', async () => {
    const { version } = JSON.parse(await readFile(join(installed, 'package.json'), 'utf8')) as Manifest
    const changelog = await readFile(join(installed, 'CHANGELOG.md'), 'utf8')
    expect(/^## (.*)$/m.exec(changelog)?.[1]).toBe(version)
    expect(changelog).toContain('`createClient({ url })`')
  })

  test('installs only tRPC with it', async () => {
    const names = await filesIn(join(consumers.plain, 'node_modules'), '{@*/*,[!@.]*}')
    expect(names).toEqual(['@prebook/client', '@trpc/client', '@trpc/server'])
  })

  test('is small', async () => {
    const sizes = await sizesOf(join(installed, 'dist'))
    expect(sizes['index.js']).toBeLessThan(19_500)
    expect(sizes['tanstack-query.js']).toBeLessThan(1_000)
    expect(sizes['tanstack-query.d.ts']).toBeLessThan(4_000)
    // The same code and types as CommonJS.
    for (const name of entries) {
      expect(sizes[`${name}.cjs`]).toBeLessThan(Number(sizes[`${name}.js`]) * 1.1 + 500)
      expect(Math.abs(Number(sizes[`${name}.d.cts`]) - Number(sizes[`${name}.d.ts`]))).toBeLessThan(20)
    }
  })

  test('adds less than 14 kB to an application, compressed, with tRPC', async () => {
    const entry = join(consumers.plain, 'bundled.js')
    await writeFile(
      entry,
      "import { createClient } from '@prebook/client'\nglobalThis.client = createClient({ url: '/' })\n",
    )
    const result = await build({
      root: consumers.plain,
      configFile: false,
      logLevel: 'warn',
      build: { write: false, rolldownOptions: { input: entry, output: { codeSplitting: false } } },
    })
    const [output] = Array.isArray(result) ? result : [result]
    if (output === undefined || !('output' in output)) throw new Error('Nothing was bundled.')
    const [{ code, moduleIds }] = output.output
    const files = moduleIds.map((id) => id.split('/node_modules/').at(-1))
    expect(files).toContain('@prebook/client/dist/index.js')
    expect(files.filter((file) => file?.startsWith('@trpc/')).length).toBeGreaterThan(2)
    expect(gzipSync(code).length).toBeLessThan(14_000)
    expect(gzipSync(code).length).toBeGreaterThan(5_000)
  })

  test('does not reveal how the server is implemented', async () => {
    for await (const file of glob('dist/*.{js,cjs,d.ts,d.cts}', { cwd: installed })) {
      const text = await readFile(join(installed, file), 'utf8')
      // The fake contains zod.
      const hidden = file.includes('testing.')
        ? /kysely|lucia|sqlite|postgres|argon2|hono/i
        : /kysely|lucia|sqlite|postgres|argon2|zod|hono/i
      expect(text).not.toMatch(hidden)
      expect(text).not.toMatch(/password_hash|_at\b|user_id|book_id|search_text|\bTx\b|lease_|quantity_after/)
      expect(text).not.toMatch(/@prebook\/(core|server|db)/)
    }
  })

  test('does not depend on Node', async () => {
    for await (const file of glob('dist/*.{js,cjs}', { cwd: installed })) {
      const all = await readFile(join(installed, file), 'utf8')
      const imported = file.endsWith('.cjs') ? /\brequire\(["'`]([^"'`]+)["'`]\)/g : /from\s*["'`]([^"'`]+)/g
      const text = all.replaceAll(imported, '')
      expect(text).not.toMatch(/node:|\brequire\b|\bprocess\b|\bBuffer\b|\bwindow\b|\bdocument\b/)
      const allowed = file.includes('testing.')
        ? [
            '@prebook/client',
            '@trpc/server',
            '@trpc/server/adapters/fetch',
            '@trpc/server/http',
            '@trpc/server/rpc',
          ]
        : ['./shared-limits', '@trpc/client', '@trpc/server/observable']
      for (const [, name] of all.matchAll(imported)) expect(allowed).toContain(name?.replace(/\.c?js$/, ''))
    }
  })

  test('has the same exports as CommonJS', async () => {
    const names = entries.map((name) => (name === 'index' ? '@prebook/client' : `@prebook/client/${name}`))
    await writeFile(
      join(consumers.plain, 'same-exports.cjs'),
      `Promise.all(${JSON.stringify(names)}.map(async (name) => [
        Object.keys(require(name)).toSorted(),
        Object.keys(await import(name)).toSorted(),
      ])).then((all) => console.log(JSON.stringify(all)))`,
    )
    const output = await mustRun(process.execPath, ['same-exports.cjs'], consumers.plain)
    const all = JSON.parse(output) as [required: string[], imported: string[]][]
    expect(all).toHaveLength(entries.length)
    for (const [required, imported] of all) expect(required).toEqual(imported)
    expect(all[0]?.[0]).toContain('createClient')
  })

  test('passes publint and attw', async () => {
    const [publint, attw] = await Promise.all([
      runTool('publint', ['run', consumers.tarball, '--strict']),
      runTool('attw', [consumers.tarball, '--no-emoji']),
    ])
    expect(publint.output).toContain('All good!')
    expect(publint.code).toBe(0)
    expect(attw.output).toContain('"@prebook/client/tanstack-query"')
    expect(attw.code).toBe(0)
  })
})

describe('an editor', () => {
  let hovers: Hovers
  beforeAll(() => {
    hovers = readHovers(consumers.plain)
  }, TEST_MS)
  const undocumented = (shown: Hover[]) =>
    shown.filter(({ documentation }) => !/^[A-Z`].+\.$/s.test(documentation)).map(({ label }) => label)

  test('shows what each procedure does, who may call it, and each reason for which it may refuse', () => {
    const shown = new Map(hovers.procedures.map(({ label, documentation }) => [label, documentation]))
    expect([...shown.keys()].toSorted()).toEqual(Object.keys(refusals).toSorted())
    for (const [feature, named] of Object.entries(procedures)) {
      for (const [name, [, summary, scope = '']] of Object.entries(named)) {
        const path = `${feature}.${name}` as ProcedureName
        for (const text of [summary, scope, ...refusalsOf(path)]) expect(shown.get(path)).toContain(text)
      }
    }
  })

  test('shows what each call does and how it fails', () => {
    expect(hovers.calls.length).toBeGreaterThanOrEqual(hovers.procedures.length)
    expect(undocumented(hovers.calls)).toEqual([])
  })

  test('shows what each field of an input and an output is, with its limits', () => {
    expect(undocumented(hovers.fields)).toEqual([])
    const shown = Object.fromEntries(hovers.fields.map(({ label, documentation }) => [label, documentation]))
    expect(Object.keys(shown).length).toBeGreaterThan(250)
    expect(shown).toMatchObject({
      'stock.set input.quantity': 'Copies in stock after the change. 0 to 1,000,000.',
      'books.get input.isbn': expect.stringContaining('Not together with `bookId`.'),
      'books.import input.rows.priceCents': expect.stringContaining(
        'in minor units of the currency of the shop: cents of EUR, whole JPY, thousandths of KWD. Required for a',
      ),
      'stock.preview output.wouldNotify': 'How many readers the change would notify.',
      'prebooks.get output.queuePosition': expect.stringContaining('1 is first'),
    })
  })

  test('is fast: the declarations are small, and the example of the README needs few types', async () => {
    const texts: string[] = []
    for await (const file of glob('dist/*.d.ts', { cwd: installed }))
      texts.push(await readFile(join(installed, file), 'utf8'))
    expect(texts.join('').length).toBeLessThan(120_000)
    expect(texts.map(withoutComments).join('').length).toBeLessThan(40_000)

    const readme = await readFile(join(installed, 'README.md'), 'utf8')
    const [, quickStart = ''] = /^## Quick start\n.*?^```ts\n(.*?)^```$/ms.exec(readme) ?? []
    await writeFile(join(consumers.plain, 'quick-start.ts'), quickStart)
    const { instantiations } = await countTypes(consumers.plain, 'quick-start.ts')
    expect(instantiations).toBeGreaterThan(100)
    expect(instantiations).toBeLessThan(2 * 1_570)
  })
})

describe('an application that installs the package', () => {
  test.each(compilers)('compiles with %s and each module resolution', async (compiler) => {
    const runs = await Promise.all([
      typeCheck(consumers.plain, ['types.ts', 'run.ts', 'fake.ts'], compiler, 'nodenext'),
      typeCheck(consumers.plain, ['types.ts', 'run.ts', 'fake.ts'], compiler, 'bundler'),
      typeCheck(consumers.plain, ['entries.cts', 'types.cts'], compiler, 'node16'),
    ])
    for (const run of runs) expect(run).toEqual({ code: 0, output: '' })
  })

  test('compiles with the module resolution that older projects with CommonJS have', async () => {
    const run = await typeCheck(consumers.plain, ['entries.cts', 'types.cts'], 'typescript-5.9', 'node10')
    expect(run).toEqual({ code: 0, output: '' })
  })

  test('compiles with React, TanStack Query and the tools of tRPC', async () => {
    // Three of six combinations, since each run is slow. They cover every compiler and every resolution.
    const runs = await Promise.all([
      typeCheck(consumers.withReact, ['tanstack.ts', 'trpc.ts'], 'typescript-5.9', 'bundler'),
      typeCheck(consumers.withReact, ['tanstack.ts', 'trpc.ts'], 'typescript-6', 'nodenext'),
      typeCheck(consumers.withReact, ['tanstack.ts', 'trpc.ts'], 'typescript', 'bundler'),
    ])
    for (const run of runs) expect(run).toEqual({ code: 0, output: '' })
  })

  test.each([
    ['an input', /create: Mutation<(?=\{[^{}]*\}, Prebook>)/, 'create: Mutation<any & '],
    ['an output', '}, Prebook>', '}, any>'],
    ['a field of an output', 'priceCents: number', 'priceCents: any'],
    ['every reason', 'type Reason = keyof typeof known', 'type Reason = any'],
    ['the data of a refusal', 'data: NonNullable<', 'data: any | NonNullable<'],
    ['the failure', 'explainError(error: unknown): PrebookFailure', 'explainError(error: unknown): any'],
    ['the options', 'createClient(options: ClientOptions)', 'createClient(options: any)'],
    ['the client', 'type PrebookClient = Calls & Internals', 'type PrebookClient = any'],
    ['the error of a stream', 'subscribe: SubscriptionResolver<', 'subscribe: any | SubscriptionResolver<'],
    [
      'the error of a call',
      'type PrebookCallError = TRPCClientError<',
      'type PrebookCallError = any | TRPCClientError<',
    ],
  ])('does not compile if the type of %s is any', async (what, from, to) => {
    const folder = join(consumers.plain, 'mutants', what)
    const copy = join(folder, 'node_modules/@prebook/client')
    await mkdir(dirname(copy), { recursive: true })
    await cp(installed, copy, { recursive: true })
    const declarations = join(copy, 'dist/index.d.ts')
    const text = await readFile(declarations, 'utf8')
    expect(text).toMatch(from)
    await writeFile(declarations, text.replace(from, to))
    await cp(join(consumers.plain, 'types.ts'), join(folder, 'types.ts'))
    const { code, output } = await typeCheck(folder, ['types.ts'], 'typescript', 'nodenext')
    expect(code).not.toBe(0)
    expect(output).toMatch(/^types\.ts\(/m)
    expect(output).not.toContain('index.d.ts')
  })

  test('runs its tests against the fake', async () => {
    const { code, output } = await runCommand(process.execPath, ['fake.ts'], { cwd: consumers.plain })
    expect({ code, output }).toMatchObject({ code: 0 })
    expect(JSON.parse(output)).toEqual({
      status: 'waiting',
      notified: 1,
      reason: 'PREBOOK_BOOK_IN_STOCK',
      mails: [['restock', 'ada@example.org']],
      handlers: ['http://prebook.test/trpc/*'],
    })
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

  test('has examples that run, in order, against a live shop', async () => {
    await using shop = await startShop()
    // As in the demo.
    await shop.admin.books.create.mutate({ title: 'Dune', author: 'Frank Herbert', priceCents: 999 })
    const account = { email: 'dan@readers.example', password: 'demo-reader' }
    const { token } = await createClient({ url: shop.url }).auth.register.mutate(account)
    const readme = await readFile(join(installed, 'README.md'), 'utf8')
    const samples = Array.from(readme.matchAll(/^```ts\n(.*?)^```$/gms), ([, code = '']) => code)
      .filter((code) => !/from '(?!@prebook\/client)/.test(code))
      .map((code) => code.replaceAll(/https?:\/\/(127\.0\.0\.1:8787|books\.example\.org)/g, shop.url))
    expect(samples.length).toBeGreaterThan(12)
    const names = samples.map((_, index) => `readme-${index}.ts`)
    await Promise.all(
      names.map((name, index) => writeFile(join(consumers.plain, name), `export {}\n${samples[index]}`)),
    )
    await writeFile(
      join(consumers.plain, 'readme.ts'),
      `import * as prebook from '@prebook/client'
       const client = prebook.createClient({ url: '${shop.url}', token: '${token}' })
       Object.assign(globalThis, prebook, { client })
       for (const name of ${JSON.stringify(names)}) await import('./' + name)`,
    )
    // It also ends, so no example leaves a stream open.
    const { code, output } = await runCommand(process.execPath, ['readme.ts'], { cwd: consumers.plain })
    expect({ code, output }).toMatchObject({ code: 0 })
    expect(output.split('\n')).toEqual(expect.arrayContaining(['Dune: waiting', 'aborted', 'Dune']))
  })

  test('has examples that compile', async () => {
    const files: string[] = []
    for (const document of ['README.md', 'docs/api.md', 'docs/versions.md']) {
      const text = await readFile(join(installed, document), 'utf8')
      for (const [, code] of text.matchAll(/^```ts\n(.*?)^```$/gms)) {
        // Those run as test files: src/fake/readme.test.ts and readme-msw.test.ts.
        if (code?.includes("from 'vitest'")) continue
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
