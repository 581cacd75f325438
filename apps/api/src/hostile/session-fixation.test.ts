import { afterAll, describe, expect, test } from 'vitest'
import { runnableEngines, startHostileApi } from './hostile-api.ts'
import { addPerson, PASSWORD } from './people.ts'

for (const engine of runnableEngines().slice(0, 1)) {
  describe('a session cookie that somebody else planted', async () => {
    const api = await startHostileApi(engine)
    afterAll(() => api[Symbol.asyncDispose]())
    const attacker = await addPerson(api, 'attacker@example.org')
    const victim = await addPerson(api, 'victim@example.org')
    const ended = (await addPerson(api, 'former@example.org')).token
    await api.services.sessions.end(ended)

    const sessionOf = (lines: string[] = []) =>
      /^prebook_session=(\w+);/.exec(lines.find((line) => line.startsWith('prebook_session=')) ?? '')?.[1]
    const me = async (token: string) => {
      const headers = { cookie: `prebook_session=${token}` }
      const { text } = await api.send({ method: 'GET', path: '/trpc/auth.me', headers })
      return (JSON.parse(text) as { result: { data: { email: string } | null } }).result.data?.email ?? null
    }

    test.each([
      ['of their own session', attacker.token, attacker.email],
      ['of a session that has ended', ended, null],
      ['with a token that never existed', 'a'.repeat(40), null],
    ])('%s is not the session after signing in or registering', async (_whose, planted, theirs) => {
      for (const [name, email] of [
        ['auth.login', victim.email],
        ['auth.register', `new-${planted.slice(0, 8)}@example.org`],
      ] as const) {
        const answer = await api.send({
          method: 'POST',
          path: `/trpc/${name}`,
          headers: {
            'content-type': 'application/json',
            'sec-fetch-site': 'same-origin',
            cookie: `prebook_session=${planted}`,
          },
          body: JSON.stringify({ email, password: PASSWORD, session: 'cookie' }),
        })
        expect([name, answer.status]).toEqual([name, 200])
        const session = sessionOf(answer.headers['set-cookie'])
        expect(session).toMatch(/^\w{30,}$/)
        expect(session).not.toBe(planted)
        expect(await me(String(session))).toBe(email)
        // The attacker still knows only their own.
        expect(await me(planted)).toBe(theirs)
      }
    })
  })
}
