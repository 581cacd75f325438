import { callTRPCProcedure, TRPCError } from '@trpc/server'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Reason, Role } from '@prebook/core'
import { insertUser, updateUser } from '@prebook/db'
import { engines } from '@prebook/db/testing'
import { accessOf, type Access } from '../testing/access.ts'
import { withMail } from '../testing/mailed-links.ts'
import { createTestServer, testContext, type TestServer } from '../testing/server.ts'
import { appRouter } from './app-router.ts'
import { toPrebookError } from './errors.ts'

type Caller = 'anonymous' | Role | 'unproven reader' | 'deactivated'

/** What each caller gets: `allowed`, or the reason of the refusal. Every call has an empty input. */
const expected: Record<Access, Record<Caller, 'allowed' | Reason>> = {
  public: {
    anonymous: 'allowed',
    reader: 'allowed',
    'unproven reader': 'allowed',
    staff: 'allowed',
    admin: 'allowed',
    deactivated: 'allowed',
  },
  'signed in': {
    anonymous: 'AUTH_REQUIRED',
    reader: 'allowed',
    'unproven reader': 'allowed',
    staff: 'allowed',
    admin: 'allowed',
    deactivated: 'AUTH_ACCOUNT_DEACTIVATED',
  },
  staff: {
    anonymous: 'AUTH_REQUIRED',
    reader: 'AUTH_FORBIDDEN',
    'unproven reader': 'AUTH_FORBIDDEN',
    staff: 'allowed',
    admin: 'allowed',
    deactivated: 'AUTH_ACCOUNT_DEACTIVATED',
  },
  admin: {
    anonymous: 'AUTH_REQUIRED',
    reader: 'AUTH_FORBIDDEN',
    'unproven reader': 'AUTH_FORBIDDEN',
    staff: 'AUTH_FORBIDDEN',
    admin: 'allowed',
    deactivated: 'AUTH_ACCOUNT_DEACTIVATED',
  },
}

// oxlint-disable-next-line no-underscore-dangle -- tRPC has no other list of a router's procedures
const procedures: Record<string, { _def: { type: 'query' | 'mutation' | 'subscription' } }> = appRouter._def
  .procedures as never

let accounts = 0

/** A session of a new account, because a call may end sessions. */
async function tokenOf({ services }: TestServer, caller: Caller): Promise<string | undefined> {
  if (caller === 'anonymous') return undefined
  accounts += 1
  const email = `account${accounts}@example.org`
  const roles = { 'unproven reader': 'reader', deactivated: 'admin' } as const
  const role = caller === 'unproven reader' || caller === 'deactivated' ? roles[caller] : caller
  const verified = caller !== 'unproven reader'
  const id = await services.store.write(async (tx) => {
    const user = await insertUser(tx, { email, passwordHash: 'x', role, verified, now: 1 })
    if (user === undefined) throw new Error(`${email} has an account already.`)
    if (caller === 'deactivated') await updateUser(tx, user.id, { is_active: 0 })
    return user.id
  })
  return (await services.sessions.start(id)).token
}

async function outcomeOf(server: TestServer, path: string, caller: Caller): Promise<'allowed' | Reason> {
  try {
    await callTRPCProcedure({
      router: appRouter,
      path,
      ctx: testContext(server.services, await tokenOf(server, caller)),
      getRawInput: async () => ({}),
      // oxlint-disable-next-line no-underscore-dangle -- nor another way to their types
      type: procedures[path]?._def.type ?? 'query',
      signal: undefined,
      batchIndex: 0,
    })
    return 'allowed'
  } catch (error) {
    if (!(error instanceof TRPCError)) throw error
    const { reason } = toPrebookError(error)
    // Access is checked before the input, so this call was not refused for lack of it.
    return reason === 'VALIDATION_ERROR' ? 'allowed' : reason
  }
}

test('every procedure has a line in the table of who may call it', () => {
  expect(Object.keys(accessOf).toSorted()).toEqual(Object.keys(procedures).toSorted())
})

describe.each(engines)('on $name,', (engine) => {
  let server: TestServer
  beforeAll(async () => {
    server = await createTestServer(engine, Date.now, withMail)
  })
  afterAll(() => server[Symbol.asyncDispose]())

  describe.each(Object.entries(accessOf))('%s, for %s,', (path, access) => {
    test.each(Object.entries(expected[access]) as [Caller, string][])('%s: %s', async (caller, outcome) => {
      // `auth.me` tells a deactivated account that it is deactivated.
      const refused = path === 'auth.me' && caller === 'deactivated'
      expect(await outcomeOf(server, path, caller)).toBe(refused ? 'AUTH_ACCOUNT_DEACTIVATED' : outcome)
    })
  })
})
