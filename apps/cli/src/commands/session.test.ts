import { readFile, stat } from 'node:fs/promises'
import { createClient } from '@prebook/client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startProxy } from '../testing/meddling-proxy.ts'
import { createDesk } from '../testing/run-prebook.ts'
import { openCliShop, type CliShop } from '../testing/shop.ts'

let shop: CliShop
beforeAll(async () => {
  shop = await openCliShop()
})
afterAll(() => shop[Symbol.asyncDispose]())

const loginArgs = () => ['login', '--url', shop.api.url, '--email', shop.admin.email, '--password-stdin']

describe('prebook login', () => {
  test('with a password from standard input keeps a session that other commands use', async () => {
    await using desk = await createDesk()
    expect(await desk.prebook(loginArgs(), { input: `${shop.admin.password}\n` })).toEqual({
      code: 0,
      stdout: `Signed in at ${shop.api.url} as admin@example.org (admin).\n`,
      stderr: '',
    })
    expect((await stat(desk.credentialsFile)).mode & 0o777).toBe(0o600)
    // Without --url: the server last signed in to.
    expect(await desk.prebook(['whoami'])).toEqual({
      code: 0,
      stdout: `admin@example.org (admin) at ${shop.api.url}\n`,
      stderr: '',
    })
  })

  test('with a token from standard input takes a session over', async () => {
    await using desk = await createDesk()
    const reader = await shop.createReader()
    const login = await desk.prebook(['login', '--url', `${shop.api.url}/`, '--token-stdin'], {
      input: `${reader.token}\n`,
    })
    expect(login).toMatchObject({
      code: 0,
      stdout: `Signed in at ${shop.api.url} as ${reader.email} (reader).\n`,
    })
    expect(login.stderr).toContain('for admins only')
    expect(JSON.parse((await desk.prebook(['whoami', '--json'])).stdout)).toEqual(
      await reader.client.auth.me.query(),
    )
  })

  test('never prints or repeats the token', async () => {
    await using desk = await createDesk()
    const login = await desk.prebook([...loginArgs(), '--json'], { input: shop.admin.password })
    expect(JSON.parse(login.stdout)).toEqual(await shop.admin.client.auth.me.query())
    const { servers } = JSON.parse(await readFile(desk.credentialsFile, 'utf8')) as {
      servers: { token: string }[]
    }
    expect(servers).toHaveLength(1)
    expect(login.stdout + login.stderr).not.toContain(String(servers[0]?.token))
  })

  test('refuses a wrong password and keeps nothing', async () => {
    await using desk = await createDesk()
    const login = await desk.prebook(loginArgs(), { input: 'a wrong password' })
    expect(login).toMatchObject({ code: 3, stdout: '' })
    expect(login.stderr).toContain('The e-mail address or the password is wrong.')
    await expect(stat(desk.credentialsFile)).rejects.toThrow('ENOENT')
  })

  test('refuses a token that is not valid and keeps nothing', async () => {
    await using desk = await createDesk()
    const args = ['login', '--url', shop.api.url, '--token-stdin']
    expect(await desk.prebook(args, { input: 'nobodys-token' })).toMatchObject({ code: 3, stdout: '' })
    expect(await desk.prebook(args, { input: 'two words' })).toMatchObject({ code: 2, stdout: '' })
    expect(await desk.prebook(args, { input: '' })).toMatchObject({ code: 2, stdout: '' })
    await expect(stat(desk.credentialsFile)).rejects.toThrow('ENOENT')
  })

  test.each([
    [[]],
    [['--email', 'admin@example.org']],
    [['--password-stdin']],
    [['--email', 'a@b.c', '--password-stdin', '--token-stdin']],
    [['--email', 'a@b.c', '--token-stdin']],
    [['--email', 'a@b.c', '--password-stdin']],
    [['--password', 'on the command line']],
  ])('%j without a terminal and without input is wrong usage', async (args) => {
    await using desk = await createDesk({ PREBOOK_URL: shop.api.url })
    expect(await desk.prebook(['login', ...args])).toMatchObject({ code: 2, stdout: '' })
  })
})

describe('prebook whoami', () => {
  test('says that nobody is signed in', async () => {
    await using desk = await createDesk({ PREBOOK_URL: shop.api.url })
    const whoami = await desk.prebook(['whoami'])
    expect(whoami).toMatchObject({ code: 3, stdout: '' })
    expect(whoami.stderr).toContain('not signed in')
  })

  test('believes the environment before the file', async () => {
    await using desk = await createDesk()
    const reader = await shop.createReader()
    await desk.prebook(loginArgs(), { input: shop.admin.password })
    const env = { PREBOOK_TOKEN: reader.token }
    expect((await desk.prebook(['whoami'], { env })).stdout).toContain(reader.email)
    // An empty variable is none.
    expect((await desk.prebook(['whoami'], { env: { PREBOOK_TOKEN: '' } })).stdout).toContain(
      shop.admin.email,
    )
  })

  test('sends a kept token to no other server', async () => {
    await using desk = await createDesk()
    await desk.prebook(loginArgs(), { input: shop.admin.password })
    const sameServerByAnotherName = shop.api.url.replace('127.0.0.1', 'localhost')
    expect(await desk.prebook(['whoami', '--url', sameServerByAnotherName])).toMatchObject({ code: 3 })
  })
})

describe('prebook logout', () => {
  test('ends the session on the server and forgets the token', async () => {
    await using desk = await createDesk()
    await desk.prebook(loginArgs(), { input: shop.admin.password })
    const { servers } = JSON.parse(await readFile(desk.credentialsFile, 'utf8')) as {
      servers: { token: string }[]
    }
    const token = String(servers[0]?.token)
    expect(await createClient({ url: shop.api.url, token }).auth.me.query()).not.toBeNull()

    expect(await desk.prebook(['logout'])).toEqual({
      code: 0,
      stdout: `Signed out at ${shop.api.url}.\n`,
      stderr: '',
    })
    expect(await createClient({ url: shop.api.url, token }).auth.me.query()).toBeNull()
    expect(await readFile(desk.credentialsFile, 'utf8')).not.toContain(token)
  })

  test('forgets a token that is no longer valid', async () => {
    await using desk = await createDesk()
    const reader = await shop.createReader()
    await desk.prebook(['login', '--url', shop.api.url, '--token-stdin'], { input: reader.token })
    await reader.client.auth.logout.mutate()
    const logout = await desk.prebook(['logout'])
    expect(logout).toMatchObject({ code: 0, stderr: '' })
    expect(logout.stdout).toContain('was over already')
    expect(await readFile(desk.credentialsFile, 'utf8')).not.toContain(reader.token)
  })

  test('forgets the token of a deactivated account', async () => {
    await using desk = await createDesk()
    const reader = await shop.createReader()
    await desk.prebook(['login', '--url', shop.api.url, '--token-stdin'], { input: reader.token })
    const { items } = await shop.admin.client.users.list.query({ query: reader.email })
    await shop.admin.client.users.deactivate.mutate({ userId: Number(items[0]?.id) })
    expect(await desk.prebook(['whoami'])).toMatchObject({ code: 4, stdout: '' })
    expect(await desk.prebook(['logout'])).toMatchObject({ code: 0, stderr: '' })
    expect(await readFile(desk.credentialsFile, 'utf8')).not.toContain(reader.token)
  })

  test('leaves the kept session alone when the environment names another one', async () => {
    await using desk = await createDesk()
    const reader = await shop.createReader()
    await desk.prebook(loginArgs(), { input: shop.admin.password })
    const logout = await desk.prebook(['logout', '--json'], { env: { PREBOOK_TOKEN: reader.token } })
    expect(logout).toMatchObject({ code: 0, stdout: '{\n  "ok": true\n}\n' })
    expect(logout.stderr).toContain('unset it')
    expect((await desk.prebook(['whoami'])).stdout).toContain(shop.admin.email)
  })

  test('is content when nobody was signed in', async () => {
    await using desk = await createDesk({ PREBOOK_URL: shop.api.url })
    expect(await desk.prebook(['logout'])).toEqual({
      code: 0,
      stdout: `You were not signed in at ${shop.api.url}.\n`,
      stderr: '',
    })
  })
})

describe('prebook status', () => {
  test('tells the server, how it is, its version and who one is', async () => {
    const { stdout, ...rest } = await shop.adminDesk.prebook(['status'])
    expect(rest).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(
      new RegExp(
        `^Server   ${shop.api.url}\nState    ready\nVersion  \\d+\\.\\d+\\.\\d+\nAnswers  in [\\d.]+ ms\n` +
          'You      admin@example.org \\(admin\\)\n$',
      ),
    )
    const json = await shop.adminDesk.prebook(['status', '--json'])
    expect(JSON.parse(json.stdout)).toEqual({
      address: shop.api.url,
      ready: true,
      state: 'ready',
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
      latencyMs: expect.any(Number),
      user: await shop.admin.client.auth.me.query(),
    })
  })

  test('needs nobody signed in, and not an account that is active', async () => {
    await using desk = await createDesk({ PREBOOK_URL: shop.api.url })
    expect((await desk.prebook(['status'])).stdout).toContain('You      not signed in')
  })

  test('of a server that does not serve fails', async () => {
    await using proxy = await startProxy(shop.api.url, {
      answersPage: (path) =>
        path === '/readyz' ? { status: 503, body: { status: 'database\u001b[2J unavailable' } } : null,
    })
    const run = await shop.adminDesk.prebook(['status', '--url', proxy.url])
    expect(run.code).toBe(1)
    expect(run.stdout).toContain('State    database unavailable')
    expect(run.stderr).toContain('does not serve: database unavailable.')
    expect(run.stdout + run.stderr).not.toContain('\u001b')
  })
})
