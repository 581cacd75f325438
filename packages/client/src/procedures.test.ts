import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { scopeTable } from '@prebook/server/access'
import { spawnApi, type ApiProcess } from '@prebook/testing/api'
import { procedures, type Access } from '../scripts/procedures.ts'
import { createClient } from './index.ts'

const all = Object.entries(procedures).flatMap(([feature, entries]) =>
  Object.entries(entries).map(([name, [access, , scope]]) => ({ path: `${feature}.${name}`, access, scope })),
)

let api: ApiProcess
let readers = 0
beforeAll(async () => {
  api = await spawnApi({ env: { REGISTRATIONS_PER_HOUR: '1000' } })
})
afterAll(() => api[Symbol.asyncDispose]())

/** A session token of a new reader. */
async function readerToken(): Promise<string> {
  const account = { email: `reader${++readers}@example.org`, password: 'a password for tests' }
  const { token } = await createClient({ url: api.url }).auth.register.mutate(account)
  return String(token)
}

/** Whether a call with an empty input is refused for lack of access: the reason, or `allowed`. */
async function outcomeOf(path: string, token?: string): Promise<string> {
  const headers = {
    'content-type': 'application/json',
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
  }
  const url = `${api.url}/trpc/${path}`
  const query = await fetch(`${url}?input=%7B%7D`, { headers })
  const response = query.status === 405 ? await fetch(url, { method: 'POST', headers, body: '{}' }) : query
  // The first chunk of a stream contains the refusal, if there is one. A stream without a refusal does not end.
  const reader = response.body?.getReader()
  const { value } = (await reader?.read()) ?? {}
  await reader?.cancel()
  return /"reason":"(AUTH_REQUIRED|AUTH_FORBIDDEN)"/.exec(new TextDecoder().decode(value))?.[1] ?? 'allowed'
}

const outcomes: Record<Access, { anonymous: string; reader: string }> = {
  anyone: { anonymous: 'allowed', reader: 'allowed' },
  'signed in': { anonymous: 'AUTH_REQUIRED', reader: 'allowed' },
  staff: { anonymous: 'AUTH_REQUIRED', reader: 'AUTH_FORBIDDEN' },
  admins: { anonymous: 'AUTH_REQUIRED', reader: 'AUTH_FORBIDDEN' },
}

describe('the API reference', () => {
  test('states correctly with which scope a token may call a procedure', () => {
    const scopes = Object.fromEntries(all.map(({ path, scope }) => [path, scope]))
    const ofServer = Object.entries(scopeTable).map(([path, scope]) => [
      path,
      scope === 'any' || scope === 'none' ? undefined : scope,
    ])
    expect(scopes).toEqual(Object.fromEntries(ofServer))
  })

  test.each(all)('states correctly who may call $path: $access', async ({ path, access }) => {
    const anonymous = await outcomeOf(path)
    const reader = await outcomeOf(path, await readerToken())
    expect({ anonymous, reader }).toEqual(outcomes[access])
  })
})
