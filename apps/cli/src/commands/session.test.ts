import { readFile, stat } from 'node:fs/promises'
import { createClient } from '@prebook/client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { spawnApi } from '@prebook/testing/api'
import { startProxy } from '../testing/faulty-proxy.ts'
import { createTestCli } from '../testing/test-cli.ts'
import { openCliShop, type CliShop } from '../testing/shop.ts'

let shop: CliShop
beforeAll(async () => {
  shop = await openCliShop()
})
afterAll(() => shop[Symbol.asyncDispose]())

const loginArgs = () => ['login', '--url', shop.api.url, '--email', shop.admin.email, '--password-stdin']

describe('prebook login', () => {
  test('saves a session for other commands, with a password from standard input', async () => {
    await using cli = await createTestCli()
    expect(await cli.prebook(loginArgs(), { input: `${shop.admin.password}\n` })).toEqual({
      code: 0,
      stdout: `Signed in at ${shop.api.url} as admin@example.org (admin).\n`,
      stderr: '',
    })
    expect((await stat(cli.credentialsFile)).mode & 0o777).toBe(0o600)
    // Without --url, the server of the last sign-in is used.
    expect(await cli.prebook(['whoami'])).toEqual({
      code: 0,
      stdout: `admin@example.org (admin) at ${shop.api.url}\n`,
      stderr: '',
    })
  })

  test('uses an existing session, with a token from standard input', async () => {
    await using cli = await createTestCli()
    const reader = await shop.createReader()
    const login = await cli.prebook(['login', '--url', `${shop.api.url}/`, '--token-stdin'], {
      input: `${reader.token}\n`,
    })
    expect(login).toMatchObject({
      code: 0,
      stdout: `Signed in at ${shop.api.url} as ${reader.email} (reader).\n`,
    })
    expect(login.stderr).toContain('for staff and admins only')
    expect(JSON.parse((await cli.prebook(['whoami', '--json'])).stdout)).toEqual(
      await reader.client.auth.me.query(),
    )
  })

  test('never prints the token', async () => {
    await using cli = await createTestCli()
    const login = await cli.prebook([...loginArgs(), '--json'], { input: shop.admin.password })
    expect(JSON.parse(login.stdout)).toEqual(await shop.admin.client.auth.me.query())
    const { servers } = JSON.parse(await readFile(cli.credentialsFile, 'utf8')) as {
      servers: { token: string }[]
    }
    expect(servers).toHaveLength(1)
    expect(login.stdout + login.stderr).not.toContain(String(servers[0]?.token))
  })

  test('is not held up by the failures of others after an earlier one', async () => {
    await using api = await spawnApi({ env: { LOGIN_FAILURES_PER_HOUR: '1' } })
    await using cli = await createTestCli()
    const account = { email: 'reader@example.org', password: 'a password for tests' }
    const client = createClient({ url: api.url })
    await client.auth.register.mutate(account)
    const args = ['login', '--url', api.url, '--email', account.email, '--password-stdin']
    expect(await cli.prebook(args, { input: account.password })).toMatchObject({ code: 0 })
    for (const reason of ['AUTH_INVALID_CREDENTIALS', 'RATE_LIMITED']) {
      const failure = client.auth.login.mutate({ ...account, password: 'a wrong password' })
      await expect(failure).rejects.toMatchObject({ data: { reason } })
    }
    expect(await cli.prebook(args, { input: account.password })).toMatchObject({ code: 0 })
  })

  test('rejects a wrong password and saves nothing', async () => {
    await using cli = await createTestCli()
    const login = await cli.prebook(loginArgs(), { input: 'a wrong password' })
    expect(login).toMatchObject({ code: 3, stdout: '' })
    expect(login.stderr).toContain('Incorrect e-mail address or password.')
    await expect(stat(cli.credentialsFile)).rejects.toThrow('ENOENT')
  })

  test('rejects an invalid token and saves nothing', async () => {
    await using cli = await createTestCli()
    const args = ['login', '--url', shop.api.url, '--token-stdin']
    expect(await cli.prebook(args, { input: 'invalid-token' })).toMatchObject({ code: 3, stdout: '' })
    expect(await cli.prebook(args, { input: 'two words' })).toMatchObject({ code: 2, stdout: '' })
    expect(await cli.prebook(args, { input: '' })).toMatchObject({ code: 2, stdout: '' })
    await expect(stat(cli.credentialsFile)).rejects.toThrow('ENOENT')
  })

  test.each([
    [[]],
    [['--email', 'admin@example.org']],
    [['--password-stdin']],
    [['--email', 'a@b.c', '--password-stdin', '--token-stdin']],
    [['--email', 'a@b.c', '--token-stdin']],
    [['--email', 'a@b.c', '--password-stdin']],
    [['--password', 'on the command line']],
  ])('rejects %j without a terminal and without input as invalid usage', async (args) => {
    await using cli = await createTestCli({ PREBOOK_URL: shop.api.url })
    expect(await cli.prebook(['login', ...args])).toMatchObject({ code: 2, stdout: '' })
  })
})

describe('prebook whoami', () => {
  test('reports a missing session', async () => {
    await using cli = await createTestCli({ PREBOOK_URL: shop.api.url })
    const whoami = await cli.prebook(['whoami'])
    expect(whoami).toMatchObject({ code: 3, stdout: '' })
    expect(whoami.stderr).toContain('not signed in')
  })

  test('prefers the environment to the saved session', async () => {
    await using cli = await createTestCli()
    const reader = await shop.createReader()
    await cli.prebook(loginArgs(), { input: shop.admin.password })
    const env = { PREBOOK_TOKEN: reader.token }
    expect((await cli.prebook(['whoami'], { env })).stdout).toContain(reader.email)
    // An empty variable is ignored.
    expect((await cli.prebook(['whoami'], { env: { PREBOOK_TOKEN: '' } })).stdout).toContain(shop.admin.email)
  })

  test('never sends a saved token to another server', async () => {
    await using cli = await createTestCli()
    await cli.prebook(loginArgs(), { input: shop.admin.password })
    const sameServerByAnotherName = shop.api.url.replace('127.0.0.1', 'localhost')
    expect(await cli.prebook(['whoami', '--url', sameServerByAnotherName])).toMatchObject({ code: 3 })
  })
})

describe('prebook logout', () => {
  test('ends the session on the server and deletes the saved token', async () => {
    await using cli = await createTestCli()
    await cli.prebook(loginArgs(), { input: shop.admin.password })
    const { servers } = JSON.parse(await readFile(cli.credentialsFile, 'utf8')) as {
      servers: { token: string }[]
    }
    const token = String(servers[0]?.token)
    expect(await createClient({ url: shop.api.url, token }).auth.me.query()).not.toBeNull()

    expect(await cli.prebook(['logout'])).toEqual({
      code: 0,
      stdout: `Signed out at ${shop.api.url}.\n`,
      stderr: '',
    })
    expect(await createClient({ url: shop.api.url, token }).auth.me.query()).toBeNull()
    expect(await readFile(cli.credentialsFile, 'utf8')).not.toContain(token)
  })

  test('deletes a token that is no longer valid', async () => {
    await using cli = await createTestCli()
    const reader = await shop.createReader()
    await cli.prebook(['login', '--url', shop.api.url, '--token-stdin'], { input: reader.token })
    await reader.client.auth.logout.mutate()
    const logout = await cli.prebook(['logout'])
    expect(logout).toMatchObject({ code: 0, stderr: '' })
    expect(logout.stdout).toContain('had already ended')
    expect(await readFile(cli.credentialsFile, 'utf8')).not.toContain(reader.token)
  })

  test('deletes the token of a deactivated account', async () => {
    await using cli = await createTestCli()
    const reader = await shop.createReader()
    await cli.prebook(['login', '--url', shop.api.url, '--token-stdin'], { input: reader.token })
    const { items } = await shop.admin.client.users.list.query({ query: reader.email })
    await shop.admin.client.users.deactivate.mutate({ userId: Number(items[0]?.id) })
    expect(await cli.prebook(['whoami'])).toMatchObject({ code: 4, stdout: '' })
    expect(await cli.prebook(['logout'])).toMatchObject({ code: 0, stderr: '' })
    expect(await readFile(cli.credentialsFile, 'utf8')).not.toContain(reader.token)
  })

  test('leaves the saved session when the environment has another one', async () => {
    await using cli = await createTestCli()
    const reader = await shop.createReader()
    await cli.prebook(loginArgs(), { input: shop.admin.password })
    const logout = await cli.prebook(['logout', '--json'], { env: { PREBOOK_TOKEN: reader.token } })
    expect(logout).toMatchObject({ code: 0, stdout: '{\n  "ok": true\n}\n' })
    expect(logout.stderr).toContain('Unset it')
    expect((await cli.prebook(['whoami'])).stdout).toContain(shop.admin.email)
  })

  test('succeeds without a session', async () => {
    await using cli = await createTestCli({ PREBOOK_URL: shop.api.url })
    expect(await cli.prebook(['logout'])).toEqual({
      code: 0,
      stdout: `You were not signed in at ${shop.api.url}.\n`,
      stderr: '',
    })
  })
})

describe('prebook status', () => {
  test('shows the server, its state, its version and the signed-in account', async () => {
    const { stdout, ...rest } = await shop.adminCli.prebook(['status'])
    expect(rest).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(
      new RegExp(
        `^Server   ${shop.api.url}\nState    ready\nVersion  \\d+\\.\\d+\\.\\d+\nLatency  [\\d.]+ ms\n` +
          'Account  admin@example.org \\(admin\\)\n$',
      ),
    )
    const json = await shop.adminCli.prebook(['status', '--json'])
    expect(JSON.parse(json.stdout)).toEqual({
      address: shop.api.url,
      ready: true,
      state: 'ready',
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
      latencyMs: expect.any(Number),
      user: await shop.admin.client.auth.me.query(),
      token: null,
    })
  })

  test('does not require a session', async () => {
    await using cli = await createTestCli({ PREBOOK_URL: shop.api.url })
    expect((await cli.prebook(['status'])).stdout).toContain('Account  not signed in')
  })

  test('fails for a server that is not ready', async () => {
    await using proxy = await startProxy(shop.api.url, {
      respondToPage: (path) =>
        path === '/readyz' ? { status: 503, body: { status: 'database\u001b[2J unavailable' } } : null,
    })
    const run = await shop.adminCli.prebook(['status', '--url', proxy.url])
    expect(run.code).toBe(1)
    expect(run.stdout).toContain('State    database unavailable')
    expect(run.stderr).toContain('The server is not ready: database unavailable.')
    expect(run.stdout + run.stderr).not.toContain('\u001b')
  })
})
