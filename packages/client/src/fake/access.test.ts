import { describe, expect, test } from 'vitest'
import { accessTable, scopeTable } from '@prebook/server/access'
import { createFakePrebook } from './index.ts'

describe('who may call what', () => {
  const names = Object.keys(accessTable)
  const call = async (token: string | null, name: string, fake: ReturnType<typeof createFakePrebook>) => {
    const headers = new Headers({ 'content-type': 'application/json' })
    if (token !== null) headers.set('authorization', `Bearer ${token}`)
    const get = await fake.fetch(`${fake.url}/trpc/${name}`, { headers })
    const answer =
      get.status === 405 ? await fake.fetch(`${fake.url}/trpc/${name}`, { method: 'POST', headers }) : get
    if (answer.headers.get('content-type')?.startsWith('text/event-stream') === true) {
      const reader = answer.body?.getReader()
      // The opening comes first, and a refusal after it.
      await reader?.read()
      fake.dropStreams()
      let text = ''
      for (let part = await reader?.read(); part?.done === false; part = await reader?.read())
        text += new TextDecoder().decode(part.value)
      return /"reason":"(\w+)"/.exec(text)?.[1] ?? 'allowed'
    }
    const body = (await answer.json()) as { error?: { data: { reason: string } } }
    return body.error?.data.reason ?? 'allowed'
  }
  const isRefused = (reason: string) => /^AUTH_(REQUIRED|FORBIDDEN|SCOPE_MISSING)$/.test(reason)

  test.each(names)('%s', async (name) => {
    const expected = {
      anyone: accessTable[name] === 'public',
      reader: accessTable[name] === 'public' || accessTable[name] === 'signed in',
      staff: accessTable[name] !== 'admin',
      admin: true,
    }
    const allowed: Record<string, boolean> = {}
    for (const role of ['anyone', 'reader', 'staff', 'admin'] as const) {
      const fake = createFakePrebook({
        users: [{ email: 'x@example.org', role: role === 'anyone' ? 'reader' : role }],
      })
      const token = role === 'anyone' ? null : fake.sessionToken('x@example.org')
      allowed[role] = !isRefused(await call(token, name, fake))
    }
    expect(allowed).toEqual(expected)
  })

  test.each(names)('%s, with a token', async (name) => {
    const fake = createFakePrebook()
    const scope = scopeTable[name] ?? 'none'
    const [none, all] = [
      await fake.admin.tokens.create.mutate({ name: 'none', scopes: [] }),
      await fake.admin.tokens.create.mutate({
        name: 'one',
        scopes: scope === 'any' || scope === 'none' ? ['stock:write'] : [scope],
      }),
    ]
    expect(!isRefused(await call(none.token, name, fake))).toBe(scope === 'any')
    expect(!isRefused(await call(all.token, name, fake))).toBe(scope !== 'none')
  })
})
