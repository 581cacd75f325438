import { WAIT } from '@prebook/testing/bounds'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { runnableEngines, startHostileApi } from './hostile-api.ts'
import { addBooks, addPerson, type Person } from './people.ts'
import { readOperations } from './rest-document.ts'

const json = { 'content-type': 'application/json' }
const evil = {
  host: 'evil.example',
  'x-forwarded-host': 'evil.example',
  'x-forwarded-proto': 'http',
  'x-original-host': 'evil.example',
  forwarded: 'host=evil.example;proto=http',
}

for (const engine of runnableEngines().slice(0, 1)) {
  describe('a Host header of the client', async () => {
    // Without a mail server, mails are held, and shown as they would be sent.
    const api = await startHostileApi(engine, { PUBLIC_URL: 'https://books.example', MAIL_PREVIEW: '1' })
    afterAll(() => api[Symbol.asyncDispose]())
    await addBooks(api)
    const admin = await addPerson(api, 'admin@example.org', { role: 'admin' })

    test('is in no response, whatever the address', async () => {
      const operations = await readOperations(api)
      const paths = operations
        .filter(({ method }) => method === 'GET')
        .map(({ path }) => path.replace('{id}', '1'))
      const others = [
        '/',
        '/docs',
        '/docs/',
        '/books/',
        '/openapi.json',
        '/mail/cancel?token=x',
        '/nowhere',
        '/dev/mail',
      ]
      for (const path of [...paths, ...others]) {
        for (const accept of ['*/*', 'text/html']) {
          const headers = { ...evil, accept, authorization: `Bearer ${admin.token}` }
          const answer = await api.send({ method: 'GET', path, headers })
          expect([path, answer.status < 500 || answer.status === 503]).toEqual([path, true])
          expect(JSON.stringify(answer.headers) + answer.text).not.toContain('evil.example')
        }
      }
    })

    test('is in no e-mail: links lead to PUBLIC_URL', async () => {
      const send = (method: string, path: string, { token }: Person, body: object) => {
        const headers = { ...json, ...evil, authorization: `Bearer ${token}` }
        return api.send({ method, path, headers, body: JSON.stringify(body) })
      }
      const reader = await addPerson(api, 'reader@example.org')
      await api.store.write((tx) => tx.updateTable('users').set({ verified_at: 1 }).execute())
      expect((await send('POST', '/prebooks', reader, { book_id: 1 })).status).toBe(201)
      expect((await send('PATCH', '/books/1/stock', admin, { quantity: 2 })).status).toBe(200)
      await vi.waitFor(async () => {
        const { text } = await api.send({ method: 'GET', path: '/dev/mail', headers: evil })
        expect(text).toContain('https://books.example/mail/cancel?token=')
        expect(text).not.toContain('evil.example')
      }, WAIT)
    })
  })
}
