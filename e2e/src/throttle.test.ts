import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { spawnApi } from '@prebook/testing/api'
import { request, type Answer } from './testing/http-request.ts'
import { engines } from './proof/engines.ts'
import { startShop, highLimits, type Shop } from './testing/shop.ts'

const REGISTRATIONS = 3
const LOGIN_FAILURES = 5

// One proxy is trusted, so that each test can use its own addresses.
const limits = {
  REGISTRATIONS_PER_HOUR: String(REGISTRATIONS),
  LOGIN_FAILURES_PER_HOUR: String(LOGIN_FAILURES),
  TRUSTED_PROXIES: '1',
}

let shop: Shop
beforeAll(async () => {
  shop = await startShop(limits)
})
afterAll(() => shop[Symbol.asyncDispose]())

let serial = 0
/** An unused IP address. */
function newAddress(): string {
  serial += 1
  return `203.0.113.${serial}`
}

type Account = { email: string; password: string }

async function post(
  path: string,
  account: Account,
  address: string,
  { url }: { url: string } = shop,
): Promise<Answer> {
  return request(url, 'POST', path, { body: account, headers: { 'x-forwarded-for': address } })
}

async function createAccount(): Promise<Account> {
  serial += 1
  const account = { email: `throttled-${serial}@example.org`, password: 'the right password' }
  expect((await post('/auth/register', account, newAddress())).status).toBe(201)
  return account
}

const wrong = (account: Account) => ({ ...account, password: 'a wrong password' })

/** Uses up the sign-in failures of an account that one address allows. */
async function failOften(account: Account, address: string, api: { url: string } = shop): Promise<void> {
  for (let n = 0; n < LOGIN_FAILURES; n += 1) {
    expect((await post('/auth/login', wrong(account), address, api)).status).toBe(401)
  }
}

/** The outcome of a throttled request, with a valid Retry-After. */
const throttled = {
  status: 429,
  body: expect.objectContaining({ detail: expect.any(String), code: 'RATE_LIMITED' }),
  waits: true,
}

function outcome({ status, body, headers }: Answer) {
  const seconds = Number(headers.get('retry-after'))
  return { status, body, waits: Number.isInteger(seconds) && seconds > 0 && seconds <= 3_600 }
}

test('a batch of ten wrong passwords counts as ten attempts, of which five are checked', async () => {
  const account = await createAccount()
  const calls = Array.from({ length: 10 }, () => wrong(account))
  const path = `/trpc/${calls.map(() => 'auth.login').join(',')}?batch=1`

  const answer = await request(shop.url, 'POST', path, {
    body: Object.fromEntries(calls.entries()),
    headers: { 'x-forwarded-for': newAddress() },
  })

  const reasons = (answer.body as { error: { data: { reason: string } } }[]).map(
    ({ error }) => error.data.reason,
  )
  expect(reasons.toSorted()).toEqual([
    ...Array.from({ length: 5 }, () => 'AUTH_INVALID_CREDENTIALS'),
    ...Array.from({ length: 5 }, () => 'RATE_LIMITED'),
  ])
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(JSON.stringify(answer.body)).toMatch(/"retryAfterSeconds":[1-9]/)
})

test('too many failures at an account stop one network, for the right password too, and no other network', async () => {
  const account = await createAccount()
  const address = newAddress()
  await failOften(account, address)

  expect(outcome(await post('/auth/login', account, address))).toEqual(throttled)
  expect(
    outcome(await post('/auth/login', { ...account, email: account.email.toUpperCase() }, address)),
  ).toEqual(throttled)
  expect((await post('/auth/login', account, newAddress())).status).toBe(200)
})

test('ten times as many failures stop a network, for other accounts too', async () => {
  const [account, other] = [await createAccount(), await createAccount()]
  const address = newAddress()
  await failOften(account, address)
  expect((await post('/auth/login', other, address)).status).toBe(200)
  for (let n = 1; n < 10; n += 1) await failOften({ ...account, email: `other-${n}@example.org` }, address)

  expect(outcome(await post('/auth/login', other, address))).toEqual(throttled)
  expect((await post('/auth/login', other, newAddress())).status).toBe(200)
})

test('an e-mail address without an account is throttled like any other', async () => {
  const unknown = { email: 'unknown@example.org', password: 'any password' }
  const address = newAddress()
  await failOften(unknown, address)

  expect(outcome(await post('/auth/login', unknown, address))).toEqual(throttled)
})

test('successful sign-ins are not limited', async () => {
  const account = await createAccount()
  const address = newAddress()

  for (let n = 0; n < 3 * LOGIN_FAILURES; n += 1) {
    expect((await post('/auth/login', account, address)).status).toBe(200)
  }
  await failOften(account, address)
})

test('limits the number of registrations per IP address', async () => {
  const address = newAddress()
  const account = (n: number) => ({ email: `many-${n}@example.org`, password: 'long enough' })
  for (let n = 0; n < REGISTRATIONS; n += 1) {
    expect((await post('/auth/register', account(n), address)).status).toBe(201)
  }

  expect(outcome(await post('/auth/register', account(3), address))).toEqual(throttled)
  expect((await post('/auth/register', account(3), newAddress())).status).toBe(201)
})

test('trusts only the entry written by the proxy, not the entries of the client before it', async () => {
  const account = await createAccount()
  const address = newAddress()
  for (let n = 0; n < LOGIN_FAILURES; n += 1) {
    await post('/auth/login', wrong(account), `198.51.100.${n}, ${address}`)
  }

  expect(outcome(await post('/auth/login', account, `198.51.100.99, ${address}`))).toEqual(throttled)
})

test('ignores forwarded addresses without a trusted proxy', async () => {
  await using api = await spawnApi({ env: { ...highLimits, REGISTRATIONS_PER_HOUR: '1' } })
  const register = async (n: number) =>
    request(api.url, 'POST', '/auth/register', {
      body: { email: `direct-${n}@example.org`, password: 'long enough' },
      headers: { 'x-forwarded-for': newAddress() },
    })

  expect((await register(1)).status).toBe(201)
  expect(outcome(await register(2))).toEqual(throttled)
})

for (const engine of engines) {
  describe.skipIf(!engine.available)(`on ${engine.name}`, () => {
    test('concurrent guesses through two processes share one count', async () => {
      await using database = await engine.create()
      const { databaseUrl } = database
      await using one = await spawnApi({ databaseUrl, env: limits })
      await using other = await spawnApi({ databaseUrl, env: limits })
      const account = { email: 'shared@example.org', password: 'the right password' }
      expect((await post('/auth/register', account, newAddress(), one)).status).toBe(201)

      const address = newAddress()
      const guesses = Array.from({ length: 4 * LOGIN_FAILURES }, (_, n) =>
        post('/auth/login', wrong(account), address, n % 2 === 0 ? one : other),
      )
      const statuses = (await Promise.all(guesses)).map(({ status }) => status)
      expect(statuses.filter((status) => status === 401)).toHaveLength(LOGIN_FAILURES)
      expect(statuses.filter((status) => status === 429)).toHaveLength(3 * LOGIN_FAILURES)
      for (const api of [one, other]) {
        expect(outcome(await post('/auth/login', account, address, api))).toEqual(throttled)
      }
    })

    test('a device that signed in through one process is known to another, after a restart', async () => {
      await using database = await engine.create()
      const { databaseUrl } = database
      const account = { email: 'device@example.org', password: 'the right password' }
      let device: string | null
      {
        await using api = await spawnApi({ databaseUrl, env: limits })
        device = (await post('/auth/register', account, newAddress(), api)).headers.get('prebook-device')
      }
      await using api = await spawnApi({ databaseUrl, env: limits })
      const address = newAddress()
      await failOften(account, address, api)
      const signIn = (headers: Record<string, string>) =>
        request(api.url, 'POST', '/auth/login', {
          body: account,
          headers: { 'x-forwarded-for': address, ...headers },
        })
      expect(outcome(await signIn({}))).toEqual(throttled)
      expect((await signIn({ 'prebook-device': String(device) })).status).toBe(200)
    })

    test('counts survive the kill of a process', async () => {
      await using database = await engine.create()
      const { databaseUrl } = database
      const account = { email: 'killed@example.org', password: 'the right password' }
      const address = newAddress()
      {
        await using killed = await spawnApi({ databaseUrl, env: limits })
        expect((await post('/auth/register', account, newAddress(), killed)).status).toBe(201)
        await failOften(account, address, killed)
        await killed.stop('SIGKILL')
      }
      await using api = await spawnApi({ databaseUrl, env: limits })
      expect(outcome(await post('/auth/login', account, address, api))).toEqual(throttled)
    })
  })
}
