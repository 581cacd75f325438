import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeFolder, runAdminCreate, runAdminReset, type Folder } from './testing/processes.ts'
import { startShop, signIn, type Shop } from './testing/shop.ts'

let shop: Shop
beforeAll(async () => {
  shop = await startShop()
})
afterAll(() => shop[Symbol.asyncDispose]())

const create = (args: string[], input?: string) =>
  runAdminCreate(shop.api.databaseUrl, { args, ...(input !== undefined && { input }) })
const accounts = async () => (await shop.admin.client.users.list.query({ limit: 100 })).items

test('creates an admin who can sign in with the password from standard input', async () => {
  const made = await create(['--email', 'Boss@Example.org', '--password-stdin'], 'a long password \n')

  expect(made).toEqual({ code: 0, stdout: 'Created admin boss@example.org.\n', stderr: '' })
  const boss = await signIn(shop.url, { email: 'boss@example.org', password: 'a long password ' })
  expect(await boss.client.auth.me.query()).toMatchObject({ role: 'admin', isActive: true })
})

test('keeps the password unchanged except for a trailing line break', async () => {
  for (const [n, ending] of ['', '\r\n'].entries()) {
    const email = `ending-${n}@example.org`
    expect(await create(['--email', email, '--password-stdin'], `contraseña ñ${ending}`)).toMatchObject({
      code: 0,
    })
    expect(await signIn(shop.url, { email, password: 'contraseña ñ' })).toMatchObject({ email })
  }
})

test('creates the database if it does not exist', async () => {
  await using folder: Folder = await makeFolder()

  const args = ['--email', 'first@example.org', '--password-stdin']
  expect(await runAdminCreate(folder.databaseUrl, { args, input: 'a long password' })).toMatchObject({
    code: 0,
  })
})

test.each([
  [
    'a password that is too short',
    ['--email', 'a@example.org'],
    'short',
    'password: Must have at least 8 characters.',
  ],
  [
    'a common password',
    ['--email', 'a@example.org'],
    'Password123',
    'password: Must not be one of the 1,000 most common passwords. Choose another one, such as a phrase of several words.',
  ],
  [
    "a password that is the address's own name",
    ['--email', 'shopkeeper@example.org'],
    'Shopkeeper',
    'password: Must not be your e-mail address or the part before its @. Choose another one, such as a phrase of several words.',
  ],
  ['no password', ['--email', 'a@example.org'], '', 'password: Must have at least 8 characters.'],
  [
    'an invalid address',
    ['--email', 'no-address'],
    'a long password',
    'email: Must be an e-mail address, such as reader@example.org.',
  ],
  [
    'an address that is taken',
    ['--email', 'ADMIN@example.org'],
    'a long password',
    'email: An account with this e-mail address already exists. Use another address for the admin, or add --promote to make that account an admin.',
  ],
])('refuses %s with one sentence and creates nothing', async (_what, args, input, sentence) => {
  const before = await accounts()

  expect(await create([...args, '--password-stdin'], input)).toEqual({
    code: 1,
    stdout: '',
    stderr: `${sentence}\n`,
  })
  expect(await accounts()).toEqual(before)
})

test.each([
  ['no address', ['--password-stdin'], /^Missing --email <address>: .*\n$/],
  [
    'no terminal to prompt for the password',
    ['--email', 'a@example.org'],
    /^Cannot prompt for the password .*--password-stdin\.\n$/,
  ],
  ['an option that does not exist', ['--email', 'a@example.org', '--admin'], /--admin/],
  ['a password as an argument', ['--email', 'a@example.org', '--password', 'secret word'], /--password/],
])('called with %s, it says what is wrong and exits with code 2', async (_what, args, sentence) => {
  const before = await accounts()

  const { code, stdout, stderr } = await create(args, 'a long password')

  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toMatch(sentence)
  expect(stderr).not.toMatch(/\bat |secret word/)
  expect(await accounts()).toEqual(before)
})

test('makes an existing account an admin with --promote, which keeps its password', async () => {
  const reader = await shop.signUp()

  const made = await create(['--email', reader.email, '--promote'])

  expect(made).toEqual({ code: 0, stdout: `${reader.email} is an admin.\n`, stderr: '' })
  const boss = await signIn(shop.url, reader)
  expect((await boss.client.users.list.query({ query: reader.email })).items).toMatchObject([
    { role: 'admin' },
  ])
  expect(await create(['--email', 'nowhere@example.org', '--promote'])).toMatchObject({
    code: 1,
    stderr: 'email: No account has this e-mail address: leave out --promote to create one.\n',
  })
  expect(await create(['--email', reader.email, '--promote', '--password-stdin'])).toMatchObject({ code: 2 })
})

test('admin:reset sets a password and ends the sessions while the service runs', async () => {
  const reader = await shop.signUp()
  const reset = (email: string, input: string) =>
    runAdminReset(shop.api.databaseUrl, { args: ['--email', email, '--password-stdin'], input })

  expect(await reset(reader.email, 'another password\n')).toEqual({
    code: 0,
    stdout: `Set the password of ${reader.email} (reader) and ended its sessions.\n`,
    stderr: '',
  })
  expect(await reader.client.auth.me.query()).toBeNull()
  await expect(signIn(shop.url, reader)).rejects.toThrow('password')
  const { email } = reader
  expect(await signIn(shop.url, { email, password: 'another password' })).toMatchObject({ email })
  expect(await reset(email, 'short')).toMatchObject({
    code: 1,
    stderr: 'password: Must have at least 8 characters.\n',
  })
  expect(await reset('nowhere@example.org', 'another password')).toMatchObject({
    code: 1,
    stderr: 'email: No account has this e-mail address: create an admin with pnpm admin:create.\n',
  })
  await shop.admin.client.users.deactivate.mutate({ userId: reader.id })
  expect((await reset(email, 'another password')).stdout).toContain('The account is deactivated')
  expect(await runAdminReset(shop.api.databaseUrl, { args: [] })).toMatchObject({ code: 2, stdout: '' })
})

test('shows its usage with --help', async () => {
  const { code, stdout } = await create(['--help'])

  expect(code).toBe(0)
  expect(stdout).toContain('Usage: pnpm admin:create --email <address> [--password-stdin]')
})

test('reports an unusable database in one sentence', async () => {
  const args = ['--email', 'a@example.org', '--password-stdin']

  const { code, stderr } = await runAdminCreate('file:/nowhere/prebook.db', {
    args,
    input: 'a long password',
  })

  expect(code).toBe(1)
  expect(stderr).toMatch(/^The folder \/nowhere for the database does not exist: .*\n$/)
})
