import { afterAll, expect, test } from 'vitest'
import { runnableEngines, startHostileApi } from './hostile-api.ts'
import { addPerson, PASSWORD } from './people.ts'

const origin = 'https://books.example'
const json = { 'content-type': 'application/json', origin }

for (const engine of runnableEngines().slice(0, 1)) {
  const api = await startHostileApi(engine, { PUBLIC_URL: origin })
  afterAll(() => api[Symbol.asyncDispose]())
  await addPerson(api, 'reader@example.org')

  const signIn = async () => {
    const body = JSON.stringify({ email: 'reader@example.org', password: PASSWORD, session: 'cookie' })
    const { headers } = await api.send({ method: 'POST', path: '/trpc/auth.login', headers: json, body })
    return headers['set-cookie'] ?? []
  }
  const me = async (cookie: string) => {
    const { text } = await api.send({ method: 'GET', path: '/trpc/auth.me', headers: { cookie } })
    return (JSON.parse(text) as { result: { data: { email: string } | null } }).result.data?.email ?? null
  }

  test('under HTTPS, the session cookie has the prefix that binds it to this host', async () => {
    const [session = ''] = await signIn()
    expect(session).toMatch(
      /^__Host-prebook_session=\w+; Path=\/; HttpOnly; SameSite=Lax; Max-Age=\d+; Secure$/,
    )
    expect(await me(session.split(';')[0] ?? '')).toBe('reader@example.org')
  })

  test('under HTTPS, a cookie without the prefix is ignored, so that no other host can plant one', async () => {
    const [token] = /(?<==)\w+/.exec((await signIn())[0] ?? '') ?? []
    expect(await me(`prebook_session=${token}`)).toBeNull()
    const own = (await signIn())[0]?.split(';')[0]
    expect(await me(`prebook_session=x; ${own}`)).toBe('reader@example.org')
    expect(await me(`${own}; prebook_session=x`)).toBe('reader@example.org')
  })

  test('under HTTPS, signing out removes the cookies of both names', async () => {
    const cookie = (await signIn())[0]?.split(';')[0] ?? ''
    const { headers } = await api.send({
      method: 'POST',
      path: '/trpc/auth.logout',
      headers: { ...json, cookie },
      body: '{}',
    })
    expect(headers['set-cookie']).toEqual([
      '__Host-prebook_session=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0; Secure',
      'prebook_session=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0; Secure',
    ])
    expect(await me(cookie)).toBeNull()
  })
}
