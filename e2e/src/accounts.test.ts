import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createClient } from '@prebook/client'
import { apiClients } from './testing/api-clients.ts'
import { request, withoutRequestId } from './testing/http-request.ts'
import { startShop, signIn, type Shop } from './testing/shop.ts'

let shop: Shop
beforeAll(async () => {
  shop = await startShop()
})
afterAll(() => shop[Symbol.asyncDispose]())

let serial = 0
/** An e-mail address without an account. */
function newAddress(): string {
  serial += 1
  return `newcomer-${serial}@example.org`
}

const as = (token: string) => createClient({ url: shop.url, token })
const invalidCredentials = { reason: 'AUTH_INVALID_CREDENTIALS', status: 401 }

describe.each(apiClients)('an account through $name', (client) => {
  test('can be created, and the returned token is a session', async () => {
    const email = newAddress()

    const { token, expiresAt } = await client.register(shop.anonymous(), { email, password: '8 signs!' })

    expect(await as(token).auth.me.query()).toStrictEqual({
      id: expect.any(Number),
      email,
      role: 'reader',
      isActive: true,
      mailOptOut: false,
      createdAt: expect.any(String),
    })
    expect(Date.parse(expiresAt)).toBeGreaterThan(Date.now())
  })

  test('has a unique e-mail address, regardless of case', async () => {
    const email = newAddress()
    const { token } = await client.register(shop.anonymous(), { email, password: 'the first password' })

    for (const again of [email, email.toUpperCase(), `  ${email} `]) {
      await expect(
        client.register(shop.anonymous(), { email: again, password: 'another password' }),
      ).rejects.toMatchObject({ reason: 'AUTH_EMAIL_TAKEN', status: 409, field: 'email' })
    }
    expect(await as(token).auth.me.query()).toMatchObject({ email })
    await expect(
      client.login(shop.anonymous(), { email, password: 'another password' }),
    ).rejects.toMatchObject(invalidCredentials)
  })

  const spellings = {
    '{}@xn--bcher-kva.example': ['{}@Bücher.example', '{}@BU\u0308CHER.example', '{}@XN--BCHER-KVA.example'],
    "o'!#$%&*+-/=?^_`{|}~{}@example.org": ["O'!#$%&*+-/=?^_`{|}~{}@Example.org"],
    '{}@xn--e1afmkfd.xn--p1ai': ['{}@ПРИМЕР.рф'],
  }
  test.each(Object.entries(spellings))('%s is one account in each spelling: %j', async (stored, others) => {
    const name = `n${(serial += 1)}`
    const [email = '', ...rest] = [...others, stored].map((each) => each.replace('{}', name))
    const { token } = await client.register(shop.anonymous(), { email, password: 'the first password' })

    expect(await as(token).auth.me.query()).toMatchObject({ email: stored.replace('{}', name) })
    for (const again of [email, ...rest]) {
      await expect(
        client.register(shop.anonymous(), { email: again, password: 'another password' }),
      ).rejects.toMatchObject({ reason: 'AUTH_EMAIL_TAKEN', field: 'email' })
      await client.login(shop.anonymous(), { email: again, password: 'the first password' })
    }
  })

  test.each([
    ['"ada"@example.org', /Quotation marks are not supported\. Use/],
    ['ada@[127.0.0.1]', /Must have a domain name after the @, not an IP address\. Use/],
    ['jörg@example.org', /Only the part after the @ may have accents .*\. Use an address/],
  ])('is not created for %s, and the error says what to do', async (email, message) => {
    await expect(client.register(shop.anonymous(), { email, password: 'long enough' })).rejects.toMatchObject(
      {
        reason: 'VALIDATION_ERROR',
        status: client.invalidStatus,
        field: 'email',
        message: expect.stringMatching(message),
      },
    )
  })

  test.each([
    ['Password123', 'weak-0@example.org', /Must not be one of the 1,000 most common passwords\. Choose/],
    ['xxxxxxxx', 'weak-1@example.org', /Must not be one character repeated\. Choose/],
    ['         ', 'weak-2@example.org', /Must not be only white space\. Choose/],
    [
      'Weak-Three',
      'weak-three@example.org',
      /Must not be your e-mail address or the part before its @\. Choose/,
    ],
    ['weak-4@bücher.example', 'weak-4@bücher.example', /Must not be your e-mail address/],
  ])('is not created with the weak password %j', async (password, email, message) => {
    await expect(client.register(shop.anonymous(), { email, password })).rejects.toMatchObject({
      reason: 'VALIDATION_ERROR',
      status: client.invalidStatus,
      field: 'password',
      paths: ['password'],
      message: expect.stringMatching(message),
    })
  })

  test('is created once by concurrent registrations', async () => {
    const account = { email: newAddress(), password: 'long enough' }

    const tries = await Promise.allSettled(
      Array.from({ length: 5 }, () => client.register(shop.anonymous(), account)),
    )

    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    const { items } = await shop.admin.client.users.list.query({ query: account.email })
    expect(items).toHaveLength(1)
  })

  test.each([
    ['email', { email: 'no-address', password: 'long enough' }],
    ['email', { email: 'a@b.c\nbcc: d@e.f', password: 'long enough' }],
    ['email', { email: undefined as never, password: 'long enough' }],
    ['password', { email: 'short@example.org', password: '7 signs' }],
    ['password', { email: 'long@example.org', password: 'x'.repeat(201) }],
    ['password', { email: 'number@example.org', password: 12_345_678 as never }],
  ])('is not created with an invalid %s, which the error names: %j', async (field, account) => {
    await expect(client.register(shop.anonymous(), account)).rejects.toMatchObject({
      reason: 'VALIDATION_ERROR',
      status: client.invalidStatus,
      field,
      paths: [field],
    })
  })

  test('is refused with all invalid fields named', async () => {
    const account = { email: 'no-address', password: 'short', role: 'admin' }

    await expect(client.register(shop.anonymous(), account)).rejects.toMatchObject({
      reason: 'VALIDATION_ERROR',
      paths: expect.arrayContaining(['email', 'password', 'role']),
    })
  })

  test('signs in with the right password, regardless of the case of the address', async () => {
    const { id, email, password } = await shop.signUp()

    const { token } = await client.login(shop.anonymous(), { email: email.toUpperCase(), password })

    expect(await as(token).auth.me.query()).toMatchObject({ id })
  })

  test('does not sign in with a password that differs in case or by a space', async () => {
    const { email, password } = await shop.signUp()

    for (const wrong of [password.toUpperCase(), `${password} `, 'x']) {
      await expect(client.login(shop.anonymous(), { email, password: wrong })).rejects.toMatchObject(
        invalidCredentials,
      )
    }
  })

  test('signing out ends that session only', async () => {
    const reader = await shop.signUp()
    const elsewhere = await signIn(shop.url, reader)

    await client.logout(reader)

    await expect(client.listPrebooks(reader)).rejects.toMatchObject({ reason: 'AUTH_REQUIRED', status: 401 })
    await expect(client.logout(reader)).rejects.toMatchObject({ reason: 'AUTH_REQUIRED' })
    expect(await client.listPrebooks(elsewhere)).toMatchObject({ items: [] })
  })
})

test('a wrong password and an unknown address get the same responses', async () => {
  const { email } = await shop.signUp()
  const answers = []
  for (const address of [email, newAddress()]) {
    const body = { email: address, password: 'not the password' }
    const rest = await request(shop.url, 'POST', '/auth/login', { body })
    const trpc = await request(shop.url, 'POST', '/trpc/auth.login', { body })
    answers.push([rest.status, withoutRequestId(rest), trpc.status, withoutRequestId(trpc)])
  }
  expect(answers[0]).toEqual(answers[1])
  expect(answers[0]).toMatchObject([401, expect.any(String), 401, expect.any(String)])
})

test('signing out everywhere ends every session of the account and no others', async () => {
  const [reader, other] = [await shop.signUp(), await shop.signUp()]
  const elsewhere = await signIn(shop.url, reader)

  expect(await elsewhere.client.auth.logoutEverywhere.mutate()).toEqual({ ok: true })

  for (const session of [reader, elsewhere]) {
    await expect(session.client.account.update.mutate({ mailOptOut: true })).rejects.toMatchObject({
      data: { reason: 'AUTH_REQUIRED' },
    })
    expect(await session.client.auth.me.query()).toBeNull()
  }
  expect(await other.client.auth.me.query()).toMatchObject({ id: other.id })
  expect(await signIn(shop.url, reader)).toMatchObject({ id: reader.id })
})

test('auth.me returns null without a session, and the account with one', async () => {
  const reader = await shop.signUp()

  expect(await shop.anonymous().client.auth.me.query()).toBeNull()
  expect(await shop.anonymous('an-unknown-token').client.auth.me.query()).toBeNull()
  expect(await reader.client.auth.me.query()).toMatchObject({
    id: reader.id,
    email: reader.email,
    role: 'reader',
  })
  expect(await shop.admin.client.auth.me.query()).toMatchObject({ role: 'admin' })
})

test('a reader can opt out of mail and in again', async () => {
  const reader = await shop.signUp()

  for (const mailOptOut of [true, false]) {
    expect(await reader.client.account.update.mutate({ mailOptOut })).toMatchObject({
      id: reader.id,
      mailOptOut,
    })
    expect(await reader.client.auth.me.query()).toMatchObject({ mailOptOut })
  }
})

test('a reader cannot become an admin', async () => {
  const reader = await shop.signUp()
  const input = { mailOptOut: true, role: 'admin' } as { mailOptOut: boolean }

  await expect(reader.client.account.update.mutate(input)).rejects.toMatchObject({
    data: { reason: 'VALIDATION_ERROR', field: 'role' },
  })
  expect(await reader.client.auth.me.query()).toMatchObject({ role: 'reader', mailOptOut: false })
})
