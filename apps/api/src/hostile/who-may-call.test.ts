import { afterAll, describe, expect, test } from 'vitest'
import { appRouter, procedureType } from '@prebook/server'
import { accessTable } from '@prebook/server/access'
import { restRoutes } from '../rest/routes.ts'
import { runnableEngines, startHostileApi } from './hostile-api.ts'
import { addCallers, type Caller } from './people.ts'
import type { Answer, Attempt } from './send.ts'

const refused: Partial<Record<string, Caller[]>> = {
  'signed in': ['anonymous', 'deactivated'],
  staff: ['anonymous', 'deactivated', 'reader'],
  admin: ['anonymous', 'deactivated', 'reader', 'staff'],
}
const statusOf = (caller: Caller) => (caller === 'anonymous' ? 401 : 403)
const allowed = { 'signed in': 'reader', staff: 'staff', admin: 'admin' } as const

for (const engine of runnableEngines().slice(0, 1)) {
  const api = await startHostileApi(engine)
  afterAll(() => api[Symbol.asyncDispose]())
  const callers = await addCallers(api)
  const json = { 'content-type': 'application/json' }
  const send = (caller: Caller, attempt: Attempt): Promise<Answer> =>
    api.send({ ...attempt, headers: { ...callers.headers(caller), ...attempt.headers } })

  describe('who may not call REST learns nothing about the input', () => {
    const routes = restRoutes.map((route) => [`${route.method} ${route.path}`, route] as const)
    test.each(routes)('%s', async (_name, { method, path: pattern, procedure }) => {
      const path = pattern.replace('{id}', 'isbn:x')
      const access = accessTable[procedure] ?? 'admin'
      if (access === 'public') return
      const bad: Attempt =
        method === 'GET'
          ? { method, path: `${path}?limit=x&no_such=1`, headers: { 'last-event-id': '?' } }
          : { method, path, headers: json, body: '{' }
      for (const caller of refused[access] ?? []) {
        const answer = await send(caller, bad)
        expect([caller, answer.status]).toEqual([caller, statusOf(caller)])
      }
      const answer = await send(allowed[access], bad)
      expect([answer.status, answer.text]).toEqual([422, expect.stringContaining('VALIDATION_ERROR')])
      await callers.restore()
    })
  })

  // oxlint-disable-next-line no-underscore-dangle -- tRPC offers no other list of a router's procedures
  const procedures = Object.keys(appRouter._def.procedures)

  describe('who may not call tRPC learns nothing about the input', () => {
    const malformed = procedures.flatMap((name): [string, Attempt][] => {
      switch (procedureType(name)) {
        case 'subscription':
          return [[name, { method: 'GET', path: `/trpc/${name}?input=%7B` }]]
        case 'mutation':
          return ['', '?batch=1'].map((query) => [
            name,
            { method: 'POST', path: `/trpc/${name}${query}`, headers: json, body: '{' },
          ])
        default:
          return ['', 'batch=1&'].map((query) => [
            name,
            { method: 'GET', path: `/trpc/${name}?${query}input=%7B` },
          ])
      }
    })
    /** The reason in a response, or in the last event of a stream. */
    const reasonFor = async (caller: Caller, attempt: Attempt): Promise<string | undefined> => {
      const headers = { ...callers.headers(caller), ...attempt.headers }
      const { method, path, body = null } = attempt
      const response = await fetch(api.url + path, { method, headers, body: body as string | null })
      return /"reason":"(\w+)"/.exec(await response.text())?.[1]
    }
    test.each(malformed.map(([name, attempt]) => [attempt.path, name, attempt] as const))(
      '%s',
      async (_path, name, attempt) => {
        const access = accessTable[name] ?? 'admin'
        if (access === 'public') return
        const expected = { anonymous: 'AUTH_REQUIRED', deactivated: 'AUTH_ACCOUNT_DEACTIVATED' }
        for (const caller of refused[access] ?? [])
          expect([caller, await reasonFor(caller, attempt)]).toEqual([
            caller,
            caller in expected ? expected[caller as keyof typeof expected] : 'AUTH_FORBIDDEN',
          ])
        expect(await reasonFor(allowed[access], attempt)).toBe('VALIDATION_ERROR')
        await callers.restore()
      },
    )
  })
}
