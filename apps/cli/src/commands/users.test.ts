import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestCli } from '../testing/test-cli.ts'
import { openCliShop, type CliShop } from '../testing/shop.ts'

let shop: CliShop
beforeAll(async () => {
  shop = await openCliShop()
})
afterAll(() => shop[Symbol.asyncDispose]())

const users = (...args: string[]) => shop.adminCli.prebook(['users', ...args])

describe('prebook users list', () => {
  test('lists accounts, newest first', async () => {
    const reader = await shop.createReader()
    const list = await users('list')
    expect(list).toMatchObject({ code: 0, stderr: '' })
    const lines = list.stdout.split('\n')
    expect(lines[0]).toMatch(/^ *ID {2}E-mail +Role +State +E-mails +Joined$/)
    expect(lines[1]).toMatch(
      new RegExp(`^ *\\d+  ${reader.email} +reader  active  on +\\d{4}-\\d\\d-\\d\\d$`),
    )
    expect(list.stdout).toMatch(/admin@example\.org +admin/)
    const json = await users('list', '--json')
    expect(JSON.parse(json.stdout)).toEqual(await shop.admin.client.users.list.query({}))
  })

  test('filters by address, role and state', async () => {
    expect((await users('list', '--role', 'admin')).stdout).not.toContain('reader')
    expect((await users('list', '--query', 'ADMIN@')).stdout).toContain('admin@example.org')
    expect(await users('list', '--inactive')).toEqual({
      code: 0,
      stdout: '',
      stderr: 'No matching accounts.\n',
    })
    expect((await users('list', '--limit', '1')).stderr).toContain('There are more entries')
    expect(await users('list', '--role', 'owner')).toMatchObject({ code: 2, stdout: '' })
  })
})

describe('an account', () => {
  test('is deactivated and reactivated, by address or id', async () => {
    const reader = await shop.createReader()
    const out = await users('deactivate', reader.email.toUpperCase())
    expect(out).toMatchObject({ code: 0, stderr: '' })
    const id = /^reader\d+@example\.org \(#(\d+)\) is deactivated/.exec(out.stdout)?.[1]
    await expect(reader.client.prebooks.list.query({})).rejects.toThrow('deactivated')
    expect((await users('list', '--inactive')).stdout).toMatch(/deactivated/)

    const json = await users('reactivate', `#${id}`, '--json')
    expect(JSON.parse(json.stdout)).toMatchObject({ id: Number(id), email: reader.email, isActive: true })
    expect((await users('reactivate', reader.email)).stdout).toContain('is active again.')
    expect((await reader.client.prebooks.list.query({})).items).toEqual([])
  })

  test('is found among longer addresses that contain its own', async () => {
    const { client } = shop.admin
    for (const email of ['b@c.example', 'ab@c.example', 'b@c.example.org'])
      await client.auth.register.mutate({ email, password: 'a password for readers' })
    expect((await users('deactivate', 'b@c.example')).stdout).toMatch(/^b@c\.example \(/)
  })

  test('with an international domain is found in either form', async () => {
    const { client } = shop.admin
    const email = 'o!ga@xn--bcher-kva.example'
    await client.auth.register.mutate({ email, password: 'a password for readers' })
    for (const spelling of ['O!ga@Bücher.example', email])
      expect((await users('reactivate', spelling)).stdout).toContain(`${email} (#`)
    for (const query of ['Bücher', 'O!GA@bücher.example', 'o!ga@xn--b'])
      expect((await users('list', '--query', query)).stdout).toContain(email)
    expect((await users('list', '--query', 'büch')).stderr).toBe('No matching accounts.\n')
  })

  test.each([
    ['admin@example.org', 6, 'This is the last active admin.'],
    ['unknown@example.org', 5, 'No account has the e-mail address unknown@example.org.'],
    ['999999', 5, 'Account not found.'],
    ['reader', 2, 'is not an account ID or an e-mail address'],
    ['reader@[127.0.0.1]', 2, 'is not an e-mail address. Must have a domain name after the @'],
  ])('%s cannot be deactivated', async (account, code, sentence) => {
    const run = await users('deactivate', account)
    expect(run).toMatchObject({ code, stdout: '' })
    expect(run.stderr).toContain(sentence)
  })
})

describe('an invitation', () => {
  // Nothing listens there, so the e-mails wait.
  const mail = {
    SMTP_URL: 'smtp://127.0.0.1:1',
    MAIL_FROM: 'The Bookshop <shop@bookstore.example>',
    SECRET: 'a secret that is long enough for this',
    PUBLIC_URL: 'https://bookstore.example',
  }

  test('is sent with a role, once', async () => {
    await using withMail = await openCliShop(mail)
    const invite = (...args: string[]) => withMail.adminCli.prebook(['users', 'invite', ...args])
    const invited = await invite('Grace@Bücher.example', '--role', 'staff')
    expect(invited).toMatchObject({ code: 0, stderr: '' })
    expect(invited.stdout).toMatch(
      /^grace@xn--bcher-kva\.example is invited as staff\. The link in the e-mail works until \d{4}-\d\d-\d\d [\d:]{8}\.\n$/,
    )
    const again = await invite('grace@bücher.example', '--role', 'admin')
    expect(again).toMatchObject({ code: 6, stdout: '' })
    expect(again.stderr).toContain('This address has an open invitation.')

    const json = await invite('alan@bookstore.example', '--role', 'admin', '--json')
    expect(json).toMatchObject({ code: 0, stderr: '' })
    expect(JSON.parse(json.stdout)).toEqual({
      userId: expect.any(Number) as number,
      email: 'alan@bookstore.example',
      role: 'admin',
      expiresAt: expect.stringMatching(/Z$/) as string,
    })
    const deliveries = await withMail.admin.client.deliveries.list.query({})
    expect(deliveries.items.map(({ kind, email }) => [kind, email])).toEqual([
      ['invite', 'alan@bookstore.example'],
      ['invite', 'grace@xn--bcher-kva.example'],
    ])
    const known = await invite(withMail.admin.email, '--role', 'reader')
    expect(known).toMatchObject({ code: 2, stdout: '' })
    expect(known.stderr).toContain('the e-mail address: This account has this role already.')
  })

  test.each([
    [['grace@bookstore.example', '--role', 'staff'], 1, 'set SMTP_URL'],
    [['grace@bookstore.example', '--role', 'owner'], 2, 'reader, staff, admin'],
    [['grace@bookstore.example'], 2, '--role'],
    [['grace', '--role', 'staff'], 2, 'the e-mail address: '],
    [['--role', 'staff'], 2, 'address'],
  ])('is not sent by %j without a mail server', async (args, code, sentence) => {
    const run = await users('invite', ...args)
    expect(run).toMatchObject({ code, stdout: '' })
    expect(run.stderr).toContain(sentence)
  })
})

describe('the role of an account', () => {
  test('is changed by address or id, and is shown by whoami and in the list', async () => {
    const reader = await shop.createReader()
    await using cli = await createTestCli({ PREBOOK_URL: shop.api.url, PREBOOK_TOKEN: reader.token })
    const refused = await cli.prebook(['demand'])
    expect(refused).toMatchObject({ code: 4, stdout: '' })
    expect(refused.stderr).toContain('Only staff and admins can do this.')
    expect(refused.stderr).toContain('prebook whoami')

    const made = await users('set-role', reader.email, 'staff')
    expect(made.stdout).toMatch(new RegExp(`^The role of ${reader.email} \\(#\\d+\\) is staff\\.\n$`))
    expect((await cli.prebook(['whoami'])).stdout).toContain(`${reader.email} (staff)`)
    expect(await cli.prebook(['demand'])).toMatchObject({ code: 0 })
    const list = await cli.prebook(['users', 'list'])
    expect(list).toMatchObject({ code: 4, stdout: '' })
    expect(list.stderr).toContain('Only admins can do this.')
    expect((await users('list', '--role', 'staff')).stdout).toContain(reader.email)
    const json = await users('set-role', reader.email, 'reader', '--json')
    expect(JSON.parse(json.stdout)).toMatchObject({ email: reader.email, role: 'reader' })
  })

  test.each([
    [['admin@example.org', 'staff'], 6, 'This is the last active admin.'],
    [['unknown@example.org', 'staff'], 5, 'No account has the e-mail address unknown@example.org.'],
    [['1', 'owner'], 2, 'reader, staff, admin'],
    [['1'], 2, 'role'],
  ])('is not changed by %j', async (args, code, sentence) => {
    const run = await users('set-role', ...args)
    expect(run).toMatchObject({ code, stdout: '' })
    expect(run.stderr).toContain(sentence)
  })
})

test('accounts require an admin', async () => {
  const reader = await shop.createReader()
  await using cli = await createTestCli({ PREBOOK_URL: shop.api.url, PREBOOK_TOKEN: reader.token })
  expect(await cli.prebook(['users', 'list'])).toMatchObject({ code: 4, stdout: '' })
  expect(await cli.prebook(['users', 'deactivate', '1'])).toMatchObject({ code: 4, stdout: '' })
})
