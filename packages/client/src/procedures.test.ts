import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { spawnApi, type ApiProcess } from '@prebook/testing/api'
import { procedures, type Access } from '../scripts/procedures.ts'
import { createClient } from './index.ts'

const all: { path: string; access: Access }[] = Object.entries(procedures).flatMap(([feature, entries]) =>
  Object.entries(entries).map(([name, [access]]) => ({ path: `${feature}.${name}`, access })),
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

/** The reason why a call with an empty input is refused; null if it is not. */
async function refusalOf(path: string, token?: string): Promise<string | null> {
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
  return /"reason":"(\w+)"/.exec(new TextDecoder().decode(value))?.[1] ?? null
}

describe('the API reference', () => {
  test.each(all)('states correctly that $path is for: $access', async ({ path, access }) => {
    const anonymous = await refusalOf(path)
    if (access === 'anyone') return expect(anonymous).not.toMatch(/^AUTH_(REQUIRED|FORBIDDEN)$/)
    expect(anonymous).toBe('AUTH_REQUIRED')
    const reader = await refusalOf(path, await readerToken())
    if (access === 'admins') expect(reader).toBe('AUTH_FORBIDDEN')
    else expect(reader).not.toMatch(/^AUTH_/)
  })
})
