import { callTRPCProcedure, TRPCError } from '@trpc/server'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { TokenScope, type Reason, type Role } from '@prebook/core'
import { insertUser, updateUser } from '@prebook/db'
import { engines } from '@prebook/db/testing'
import { accessTable, scopeTable, type Access } from './access-table.ts'
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

/** What a token with some scopes gets. Every call has an empty input. */
function expectedFor(path: string, scopes: readonly TokenScope[]): 'allowed' | Reason {
  const scope = scopeTable[path]
  if (scope === 'any') return 'allowed'
  if (scope === undefined || scope === 'none') return 'AUTH_FORBIDDEN'
  return scopes.includes(scope) ? 'allowed' : 'AUTH_SCOPE_MISSING'
}

/** Tokens without a scope, with each one, with all but one, and with all of them. */
const scopeSets: { held: string; scopes: readonly TokenScope[] }[] = [
  { held: 'no scope', scopes: [] },
  ...TokenScope.options.map((scope) => ({ held: scope, scopes: [scope] })),
  ...TokenScope.options.map((scope) => ({
    held: `all but ${scope}`,
    scopes: TokenScope.options.filter((each) => each !== scope),
  })),
  { held: 'all scopes', scopes: TokenScope.options },
]

async function outcomeOf(
  server: TestServer,
  path: string,
  token: string | undefined,
): Promise<'allowed' | Reason> {
  try {
    await callTRPCProcedure({
      router: appRouter,
      path,
      ctx: testContext(server.services, token),
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

test('every procedure has a line in the tables of who may call it', () => {
  const paths = Object.keys(procedures).toSorted()
  expect(Object.keys(accessTable).toSorted()).toEqual(paths)
  expect(Object.keys(scopeTable).toSorted()).toEqual(paths)
})

describe.each(engines)('on $name,', (engine) => {
  let server: TestServer
  const tokens = new Map<string, string>()
  beforeAll(async () => {
    server = await createTestServer(engine, Date.now, { ...withMail, tokenRequestsPerMinute: 1_000_000 })
    const { call } = await server.admin()
    for (const { held, scopes } of scopeSets)
      tokens.set(held, (await call.tokens.create({ name: held, scopes: [...scopes] })).token)
  })
  afterAll(() => server[Symbol.asyncDispose]())

  describe.each(Object.entries(accessTable))('%s, for %s,', (path, access) => {
    test.each(Object.entries(expected[access]) as [Caller, string][])('%s: %s', async (caller, outcome) => {
      // `auth.me` tells a deactivated account that it is deactivated.
      const refused = path === 'auth.me' && caller === 'deactivated'
      const token = await tokenOf(server, caller)
      expect(await outcomeOf(server, path, token)).toBe(refused ? 'AUTH_ACCOUNT_DEACTIVATED' : outcome)
    })
  })

  describe.each(Object.keys(scopeTable))('%s, by a token', (path) => {
    test.each(scopeSets.map((set) => ({ ...set, outcome: expectedFor(path, set.scopes) })))(
      'with $held: $outcome',
      async ({ held, outcome }) => {
        expect(await outcomeOf(server, path, tokens.get(held))).toBe(outcome)
      },
    )
  })

  test('a refusal names the scope that the token lacks', async () => {
    const call = server.as(tokens.get('no scope'))
    await expect(call.stock.set({ bookId: 1, quantity: 1 })).rejects.toMatchObject({
      cause: {
        reason: 'AUTH_SCOPE_MISSING',
        message: 'This token lacks the scope stock:write. Use a token that has it.',
      },
    })
    await expect(server.as(tokens.get('all scopes')).tokens.list({})).rejects.toMatchObject({
      cause: {
        reason: 'AUTH_FORBIDDEN',
        message: 'A token cannot do this. A person has to sign in for it.',
      },
    })
  })
})
