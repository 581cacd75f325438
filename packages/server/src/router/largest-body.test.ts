import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { PrebookError, Role, TokenScope } from '@prebook/core'
import { insertUser, updateUser } from '@prebook/db'
import { engines } from '@prebook/db/testing'
import { SMALL_BODY, STAFF_BODY } from '../body-limit.ts'
import { createTestServer, testContext, type TestServer } from '../testing/server.ts'
import { largestBody } from './app-router.ts'

const importBytes = 3_000_000

describe.each(engines)('the largest body of a request, on $name,', (engine) => {
  let server: TestServer
  let accounts = 0
  beforeAll(async () => {
    server = await createTestServer(engine)
  })
  afterAll(() => server[Symbol.asyncDispose]())

  async function contextOf(role: Role, active = true) {
    const { services } = server
    accounts += 1
    const email = `account${accounts}@example.org`
    const id = await services.store.write(async (tx) => {
      const user = await insertUser(tx, { email, passwordHash: 'x', role, now: 1 })
      if (user === undefined) throw new Error(`${email} has an account already.`)
      if (!active) await updateUser(tx, user.id, { is_active: 0 })
      return user.id
    })
    return testContext(services, (await services.sessions.start(id)).token)
  }

  test.each<{ role: Role; paths: string[]; bytes: number }>([
    { role: 'reader', paths: ['prebooks.create'], bytes: SMALL_BODY.bytes },
    { role: 'reader', paths: ['books.import'], bytes: SMALL_BODY.bytes },
    { role: 'staff', paths: [], bytes: SMALL_BODY.bytes },
    { role: 'staff', paths: ['no.such', 'constructor'], bytes: SMALL_BODY.bytes },
    { role: 'staff', paths: ['prebooks.create'], bytes: STAFF_BODY.bytes },
    { role: 'staff', paths: ['stock.set'], bytes: STAFF_BODY.bytes },
    { role: 'staff', paths: ['users.setRole'], bytes: SMALL_BODY.bytes },
    { role: 'staff', paths: ['books.import'], bytes: importBytes },
    { role: 'staff', paths: ['users.setRole', 'books.import', 'stock.set'], bytes: importBytes },
    { role: 'admin', paths: ['users.setRole'], bytes: STAFF_BODY.bytes },
    { role: 'admin', paths: ['stock.set', 'books.import'], bytes: importBytes },
  ])('is $bytes bytes for $role who calls $paths', async ({ role, paths, bytes }) => {
    expect(await largestBody(await contextOf(role), paths)).toMatchObject({ bytes })
  })

  test.each<{ scopes: TokenScope[]; paths: string[]; bytes: number }>([
    { scopes: [], paths: ['books.import'], bytes: SMALL_BODY.bytes },
    { scopes: ['stock:write'], paths: ['books.import'], bytes: SMALL_BODY.bytes },
    { scopes: ['stock:write'], paths: ['prebooks.create', 'tokens.create'], bytes: SMALL_BODY.bytes },
    { scopes: ['stock:write'], paths: ['books.import', 'stock.set'], bytes: STAFF_BODY.bytes },
    { scopes: ['deliveries:write'], paths: ['deliveries.redrive'], bytes: STAFF_BODY.bytes },
    { scopes: ['catalogue:write'], paths: ['books.import'], bytes: importBytes },
  ])('is $bytes bytes for a token with $scopes that calls $paths', async ({ scopes, paths, bytes }) => {
    const { call } = await server.admin()
    const { token } = await call.tokens.create({ name: 'Till', scopes })
    expect(await largestBody(testContext(server.services, token), paths)).toMatchObject({ bytes })
  })

  test('is the small one without credentials', async () => {
    expect(await largestBody(testContext(server.services), ['books.import'])).toBe(SMALL_BODY)
  })

  test('is not looked up for credentials that are not valid', async () => {
    const refused = (reason: string) => expect.objectContaining<Partial<PrebookError>>({ reason } as never)
    await expect(largestBody(testContext(server.services, 'x'), ['books.import'])).rejects.toEqual(
      refused('AUTH_REQUIRED'),
    )
    await expect(largestBody(await contextOf('admin', false), ['books.import'])).rejects.toEqual(
      refused('AUTH_ACCOUNT_DEACTIVATED'),
    )
  })
})
