import { createClient, type NewApiToken } from '@prebook/client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startProxy } from '../testing/faulty-proxy.ts'
import { openCliShop, type CliShop } from '../testing/shop.ts'
import { hasTerminal, openTerminal, terminalNote } from '../testing/terminal.ts'
import { createTestCli } from '../testing/test-cli.ts'

let shop: CliShop
beforeAll(async () => {
  shop = await openCliShop()
})
afterAll(() => shop[Symbol.asyncDispose]())

const tokens = (...args: string[]) => shop.adminCli.prebook(['tokens', ...args])
const create = (name: string, scopes: NewApiToken['scopes'] = ['stock:write']) =>
  shop.admin.client.tokens.create.mutate({ name, scopes })
const statusOf = async (id: number) =>
  (await shop.admin.client.tokens.list.query({ limit: 100 })).items.find((token) => token.id === id)?.status
const tokenForm = /^pbk_[0-9A-Za-z]{32}_[0-9A-Za-z]{6}\n$/

/** Another admin with two tokens that work and one that was revoked. */
async function adminWithTokens() {
  const { email } = await shop.createReader()
  const [user] = (await shop.admin.client.users.list.query({ query: email })).items
  const id = user?.id ?? 0
  await shop.admin.client.users.setRole.mutate({ userId: id, role: 'admin' })
  const password = 'a password for readers'
  const { token } = await createClient({ url: shop.api.url }).auth.login.mutate({ email, password })
  const client = createClient({ url: shop.api.url, token })
  const made = []
  for (const name of ['Till', 'Inventory', 'Old'])
    made.push((await client.tokens.create.mutate({ name, scopes: ['stock:write'] })).id)
  await client.tokens.revoke.mutate({ tokenId: made[2] ?? 0 })
  return { id, email, made }
}

describe('prebook tokens create', () => {
  test('prints only the token to standard output, and how to use it below', async () => {
    const run = await tokens('create', 'Till', '--scope', 'stock:write', 'demand:read')
    expect(run.code).toBe(0)
    expect(run.stdout).toMatch(tokenForm)
    expect(run.stderr).toMatch(
      /^Created the token Till \(#\d+\) with stock:write, demand:read\. It works until you revoke it\.\n/,
    )
    expect(run.stderr).toContain('it is not shown again')
    await using cli = await createTestCli({ PREBOOK_URL: shop.api.url, PREBOOK_TOKEN: run.stdout.trim() })
    expect(await cli.prebook(['demand'])).toMatchObject({ code: 0 })
  })

  test('can expire, and prints JSON', async () => {
    const args = ['--scope', 'users:read', '--scope', 'users:read', '--expires-in-days', '90', '--json']
    const run = await tokens('create', 'Reports', ...args)
    expect(run).toMatchObject({ code: 0, stderr: '' })
    const token = JSON.parse(run.stdout) as NewApiToken
    expect(token).toMatchObject({ name: 'Reports', scopes: ['users:read'], status: 'active' })
    expect(`${token.token}\n`).toMatch(tokenForm)
    const days = (Date.parse(String(token.expiresAt)) - Date.parse(token.createdAt)) / 86_400_000
    expect(days).toBe(90)
  })

  test.each([
    [['Till'], '--scope'],
    [['Till', '--scope', 'everything'], 'catalogue:write'],
    [['--scope', 'stock:write'], 'name'],
    [[' ', '--scope', 'stock:write'], 'the name: '],
    [['Till', '--scope', 'stock:write', '--expires-in-days', '0'], '--expires-in-days: Must be at least 1.'],
    [['Till', '--scope', 'stock:write', '--expires-in-days', 'soon'], 'whole number'],
  ])('refuses %j as invalid usage', async (args, sentence) => {
    const run = await tokens('create', ...args)
    expect(run).toMatchObject({ code: 2, stdout: '' })
    expect(run.stderr).toContain(sentence)
  })
})

describe('prebook tokens list', () => {
  test('shows who made them, when they were used and whether they work, and never their texts', async () => {
    await using own = await openCliShop()
    const { client } = own.admin
    const used = await client.tokens.create.mutate({
      name: 'Used',
      scopes: ['demand:read'],
      expiresInDays: 9,
    })
    await createClient({ url: own.api.url, token: used.token }).demand.top.query({})
    const rotated = await client.tokens.create.mutate({ name: 'Rotated', scopes: [] })
    await client.tokens.rotate.mutate({ tokenId: rotated.id, overlapHours: 5 })
    const { id: tokenId } = await client.tokens.create.mutate({ name: 'Revoked', scopes: ['users:read'] })
    await client.tokens.revoke.mutate({ tokenId })
    const list = (...args: string[]) => own.adminCli.prebook(['tokens', 'list', ...args])
    const lastUse = async () => (await client.tokens.list.query({})).items.at(-1)?.lastUsedAt
    await expect.poll(lastUse).not.toBeNull()
    const all = await list()
    expect(all).toMatchObject({ code: 0, stderr: '' })
    expect(all.stdout).not.toContain('pbk_')
    const [day, minute] = ['\\d{4}-\\d\\d-\\d\\d', '\\d\\d:\\d\\d']
    const lines = [
      'ID {2}Name +Scopes +Made by +Last used +State',
      `${tokenId}  Revoked +users:read +admin@example.org  never +revoked ${day}`,
      `${rotated.id}  Rotated +none +admin@example.org  never +active, the old one until ${day} ${minute}`,
      `${used.id}  Used +demand:read  admin@example.org  ${day} ${minute}  active until ${day}`,
    ]
    expect(all.stdout).toMatch(new RegExp(`^${lines.map((line) => ` *${line}\n`).join('')}$`))
    expect(JSON.parse((await list('--json')).stdout)).toEqual(await client.tokens.list.query({}))
    expect((await list('--active')).stdout).not.toContain('Revoked')
    expect((await list('--inactive')).stdout).not.toContain('Used')
    expect((await list('--limit', '1')).stderr).toContain('There are more entries')
    const reader = await own.createReader()
    expect((await list('--account', reader.email)).stderr).toBe('No matching tokens.\n')
    expect(await list('--active', '--inactive')).toMatchObject({ code: 2, stdout: '' })
  })
})

describe('prebook tokens rotate', () => {
  test('prints a new token; the one before works for the overlap', async () => {
    const before = await create('Rotating')
    const run = await tokens('rotate', `#${before.id}`, '--overlap-hours', '24')
    expect(run.code).toBe(0)
    expect(run.stdout).toMatch(tokenForm)
    expect(run.stderr).toContain('The one before works until ')
    for (const token of [before.token, run.stdout.trim()]) {
      await using cli = await createTestCli({ PREBOOK_URL: shop.api.url, PREBOOK_TOKEN: token })
      expect(await cli.prebook(['whoami'])).toMatchObject({ code: 0 })
    }
  })

  test('without an overlap, requires a confirmation and stops the one before', async () => {
    const before = await create('Stopping')
    const args = [String(before.id), '--overlap-hours', '0']
    const refused = await tokens('rotate', ...args)
    expect(refused).toMatchObject({ code: 2, stdout: '' })
    expect(refused.stderr).toContain('Add --yes')
    const run = await tokens('rotate', ...args, '--yes')
    expect(run.stderr).toContain('The one before has stopped. The new one works until you revoke it.')
    await using cli = await createTestCli({ PREBOOK_URL: shop.api.url, PREBOOK_TOKEN: before.token })
    expect(await cli.prebook(['whoami'])).toMatchObject({ code: 3 })
    expect(JSON.parse((await tokens('rotate', ...args, '--yes', '--json')).stdout)).toMatchObject({
      id: before.id,
      token: expect.stringContaining('pbk_') as string,
    })
  })

  test.each([
    [['99999', '--overlap-hours', '1'], 5, 'prebook tokens list'],
    [['1'], 2, '--overlap-hours'],
    [['1', '--overlap-hours', '169'], 2, '--overlap-hours: Must be at most 168.'],
    [['Till', '--overlap-hours', '1'], 2, 'whole number'],
  ])('refuses %j', async (args, code, sentence) => {
    const run = await tokens('rotate', ...args)
    expect(run).toMatchObject({ code, stdout: '' })
    expect(run.stderr).toContain(sentence)
  })
})

describe('prebook tokens revoke', () => {
  test('ends a token', async () => {
    const { id } = await create('Ending')
    const refused = await tokens('revoke', String(id))
    expect(refused).toMatchObject({ code: 2, stdout: '' })
    expect(await statusOf(id)).toBe('active')
    expect(await tokens('revoke', String(id), '--yes')).toEqual({
      code: 0,
      stdout: `Revoked the token Ending (#${id}).\n`,
      stderr: '',
    })
    expect(await statusOf(id)).toBe('revoked')
  })

  test('ends all tokens that an account made and that still work, and no other', async () => {
    const { email, made } = await adminWithTokens()
    const { id: other } = await create('Other')
    const run = await tokens('revoke', '--account', email, '--yes', '--json')
    expect(run).toMatchObject({ code: 0, stdout: '{\n  "revoked": 2\n}\n' })
    for (const id of made) expect(await statusOf(id)).toBe('revoked')
    expect(await statusOf(other)).toBe('active')
    expect((await tokens('revoke', '--account', email, '--yes')).stderr).toContain('Nothing to do')
  })

  test.each([
    [['--yes'], 2, 'Specify the ID of one token'],
    [['1', '--account', 'admin@example.org', '--yes'], 2, 'Specify the ID of one token'],
    [['99999', '--yes'], 5, 'prebook tokens list'],
  ])('refuses %j', async (args, code, sentence) => {
    const run = await tokens('revoke', ...args)
    expect(run).toMatchObject({ code, stdout: '' })
    expect(run.stderr).toContain(sentence)
  })

  test.skipIf(!hasTerminal)(`shows the token and asks on a terminal${terminalNote}`, async () => {
    const { id } = await create('Asked for')
    await using terminal = openTerminal(shop.adminCli, ['tokens', 'revoke', String(id)], { columns: 120 })
    await terminal.waitFor('Revoke this token?')
    expect(terminal.screen()).toContain('Asked for')
    terminal.type('n')
    expect(await terminal.ended).toBe(130)
    expect(await statusOf(id)).toBe('active')
  })
})

describe('an account that loses its access or its role', () => {
  test.each([
    [['deactivate'], []],
    [['set-role'], ['staff']],
  ])('is reported with the tokens that it made: users %s', async (before, after) => {
    const { id, email, made } = await adminWithTokens()
    const run = await shop.adminCli.prebook(['users', ...before, email, ...after])
    expect(run.code).toBe(0)
    expect(run.stderr).toBe(
      `2 tokens that this account made still work.\nTo revoke, run \`prebook tokens revoke --account ${id}\`.\n`,
    )
    expect(await statusOf(made[0] ?? 0)).toBe('active')
    const json = await shop.adminCli.prebook(['users', ...before, email, ...after, '--json'])
    expect(json).toMatchObject({ code: 0, stderr: '' })
    expect(JSON.parse(json.stdout)).toMatchObject({ id, activeTokens: 2 })
    const { stderr } = await shop.adminCli.prebook(['users', 'set-role', email, 'admin'])
    expect(stderr).toBe('')
  })

  test.skipIf(!hasTerminal)(`is offered for revocation on a terminal${terminalNote}`, async () => {
    const { id, email, made } = await adminWithTokens()
    const args = ['users', 'deactivate', email]
    await using first = openTerminal(shop.adminCli, args, { columns: 120 })
    await first.waitFor('Revoke them as well?')
    expect(first.screen()).toContain('Inventory')
    first.type('n')
    expect(await first.ended).toBe(0)
    expect(first.screen()).toContain(`prebook tokens revoke --account ${id}`)
    expect(await statusOf(made[0] ?? 0)).toBe('active')
    await using second = openTerminal(shop.adminCli, args, { columns: 120 })
    await second.waitFor('Revoke them as well?')
    second.type('y')
    await second.waitFor('Revoked 2 tokens.')
    expect(await second.ended).toBe(0)
    expect(await statusOf(made[0] ?? 0)).toBe('revoked')
  })
})

describe('PREBOOK_TOKEN with a token of the shop', () => {
  const cliWith = (token: string, url = shop.api.url) =>
    createTestCli({ PREBOOK_URL: url, PREBOOK_TOKEN: token })

  test('acts within its scopes, under its name', async () => {
    const { id, token } = await create('Till 7')
    const book = await shop.createBook()
    await using cli = await cliWith(token)
    expect(await cli.prebook(['restock', String(book.id), '--to', '3', '--yes'])).toMatchObject({ code: 0 })
    const history = await cli.prebook(['stock', 'history', String(book.id)])
    expect(history.stdout).toMatch(/ Till 7 +\+3 /)
    const audit = await shop.adminCli.prebook(['audit', 'list', '--token', String(id)])
    expect(audit.stdout).toMatch(new RegExp(` Till 7 +stock\\.set +book:${book.id} `))
    expect(audit.stdout.split('\n')).toHaveLength(3)
  })

  test('names the missing scope and the remedy', async () => {
    const { token } = await create('Narrow')
    await using cli = await cliWith(token)
    const demand = await cli.prebook(['demand'])
    expect(demand).toMatchObject({ code: 4, stdout: '' })
    expect(demand.stderr).toContain('lacks the scope demand:read')
    expect(demand.stderr).toContain('prebook tokens create <name> --scope demand:read')
    const list = await cli.prebook(['tokens', 'list'])
    expect(list).toMatchObject({ code: 4, stdout: '' })
    expect(list.stderr).toContain('Unset PREBOOK_TOKEN')
  })

  test('is shown by whoami and status, and has no session to end', async () => {
    const { id, token } = await create('Shown')
    await using cli = await cliWith(token)
    expect(await cli.prebook(['whoami'])).toEqual({
      code: 0,
      stdout: `A token of the shop, not an account, at ${shop.api.url}\n`,
      stderr: '',
    })
    expect(JSON.parse((await cli.prebook(['whoami', '--json'])).stdout)).toEqual({ token: 'active' })
    expect((await cli.prebook(['status'])).stdout).toMatch(/\nToken {4}active\n$/)
    const logout = await cli.prebook(['logout'])
    expect(logout).toMatchObject({ code: 0 })
    expect(logout.stdout).toContain('has no session')
    expect(await statusOf(id)).toBe('active')

    await shop.admin.client.tokens.revoke.mutate({ tokenId: id })
    const whoami = await cli.prebook(['whoami'])
    expect(whoami).toMatchObject({ code: 3, stdout: '' })
    expect(whoami.stderr).toContain('This token does not work')
    expect(whoami.stderr).toContain('Set another one in PREBOOK_TOKEN')
    expect((await cli.prebook(['status'])).stdout).toContain('Token    does not work')
    expect(JSON.parse((await cli.prebook(['status', '--json'])).stdout)).toMatchObject({
      user: null,
      token: 'refused',
    })
    const watch = await cli.prebook(['watch'])
    expect(watch).toMatchObject({ code: 3, stdout: '' })
    expect(watch.stderr).not.toContain('Watching')
  })

  test('is reported as mistyped without a request', async () => {
    const { token } = await create('Mistyped')
    const requests: string[] = []
    await using proxy = await startProxy(shop.api.url, {
      async before(path) {
        requests.push(path)
      },
    })
    for (const wrong of [
      `${token}x`,
      token.slice(0, -1),
      token.replace(/.$/, (end) => (end === '0' ? '1' : '0')),
    ]) {
      await using cli = await cliWith(wrong, proxy.url)
      for (const args of [['whoami'], ['demand'], ['tokens', 'list']]) {
        const run = await cli.prebook(args)
        expect(run).toMatchObject({ code: 2, stdout: '' })
        expect(run.stderr).toContain('incomplete or mistyped')
        expect(run.stderr).not.toContain('pbk_')
      }
    }
    expect(requests).toEqual([])
    await using cli = await cliWith(token, proxy.url)
    await cli.prebook(['whoami'])
    expect(requests).toEqual(['account.get'])
  })

  test('is not saved by login', async () => {
    const { token } = await create('Not a session')
    await using cli = await createTestCli()
    const login = await cli.prebook(['login', '--url', shop.api.url, '--token-stdin'], { input: token })
    expect(login).toMatchObject({ code: 2, stdout: '' })
    expect(login.stderr).toContain('PREBOOK_TOKEN')
  })
})
