import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import { reasons } from '@prebook/core'
import { runnableEngines, startHostileApi } from './hostile-api.ts'
import { addBooks, addPerson } from './people.ts'
import { describeAttempt } from './send.ts'
import { runScenario, withoutTable, type Exchange } from './story.ts'

const home = fileURLToPath(new URL('../../../..', import.meta.url))

/** Patterns that reveal the database, the code or the machine. */
const internals = [
  /sqlite|postgres|kysely|no such table|_away|constraint|syntax error/i,
  /\binsert into\b|\bselect .+ from\b|\bupdate "|\bdelete from\b|\bbegin\b/i,
  /\n\s*at |\bat \S+ \(|[/\\][\w.-]+\.[cm]?[tj]s\b|node:internal|node_modules/,
]

for (const engine of runnableEngines()) {
  const api = await startHostileApi(engine)
  afterAll(() => api[Symbol.asyncDispose]())
  const { exchanges, passwords, emails, tokens } = await runScenario(api)
  const rows = await api.store.read(async (reader) => ({
    users: await reader.selectFrom('users').selectAll().execute(),
    sessions: await reader.selectFrom('sessions').selectAll().execute(),
    apiTokens: await reader.selectFrom('api_tokens').selectAll().execute(),
  }))
  const hashes = [
    ...rows.users.map((row) => String(row.password_hash)),
    ...rows.sessions.map((row) => row.id),
    ...rows.apiTokens.map((row) => row.hash),
  ]

  describe(`after a scenario through both APIs, on ${engine.name}`, () => {
    test('the scenario produced enough requests, tokens and log lines', () => {
      const statuses = new Set(exchanges.map(({ answer }) => answer.status))
      expect([...statuses].toSorted((a, b) => a - b)).toEqual([
        200, 201, 204, 400, 401, 403, 404, 409, 422, 500,
      ])
      expect(new Set(tokens).size).toBe(20)
      expect(hashes.length).toBeGreaterThan(4)
      expect(api.lines.length).toBeGreaterThan(exchanges.length)
    })

    test('no response contains a password or a hash', () => {
      const secrets = ['$argon2', ...hashes, ...passwords]
      expect(leaks(exchanges, (_, text) => secrets.filter((secret) => text.includes(secret)))).toEqual([])
    })

    test('a token is only in the response that issues it', () => {
      expect(
        leaks(exchanges, ({ issued }, text) =>
          tokens.filter((token) => text.includes(token) && !issued.includes(token)),
        ),
      ).toEqual([])
    })

    test('tokens are sent in the body and a header, or in HttpOnly cookies', () => {
      const signIns = exchanges.filter(
        ({ attempt, issued }) => issued.length > 0 && !attempt.path.includes('tokens.create'),
      )
      expect(signIns.map(({ issued }) => issued.length)).toEqual(Array(9).fill(2))
      const cookies = signIns.flatMap(({ answer }) => answer.headers['set-cookie'] ?? [])
      expect(cookies).toEqual([
        expect.stringMatching(/^prebook_session=\w+; Path=\/; HttpOnly; SameSite=Lax; Max-Age=\d+$/),
        expect.stringMatching(/^prebook_device=[\w.-]+; Path=\/; HttpOnly; SameSite=Lax; Max-Age=\d+$/),
      ])
      for (const { answer } of signIns) expect(answer.headers['cache-control']).toBe('no-store')
    })

    test('only admins can read the e-mail addresses of others', () => {
      const others = ({ attempt, caller }: Exchange) =>
        emails.filter((email) => email !== caller?.email && !String(attempt.body).includes(email))
      expect(
        leaks(
          exchanges.filter(({ caller }) => caller?.isAdmin !== true),
          (exchange, text) => others(exchange).filter((email) => text.includes(email)),
        ),
      ).toEqual([])
    })

    test('no response reveals the database, the code or the machine', () => {
      expect(
        leaks(exchanges, (_, text) => [
          ...internals.flatMap((pattern) => pattern.exec(text)?.[0] ?? []),
          ...[home, tmpdir()].filter((path) => text.includes(path)),
        ]),
      ).toEqual([])
    })

    test('no log line contains a password, a token, a hash or an e-mail address', () => {
      const secrets = ['$argon2', ...hashes, ...passwords, ...tokens, ...emails]
      const found = api.lines.flatMap((line) =>
        secrets.filter((secret) => line.includes(secret)).map((secret) => `${secret} in ${line}`),
      )
      expect(found).toEqual([])
    })

    test('the database contains no plain-text password or token', () => {
      const stored = JSON.stringify(rows)
      expect([...passwords, ...tokens].filter((secret) => stored.includes(secret))).toEqual([])
    })
  })

  describe(`when the database fails, on ${engine.name}`, () => {
    const cases = [
      { table: 'books', method: 'GET', rest: '/books', trpc: '/trpc/books.list?input={}' },
      { table: 'prebooks', method: 'GET', rest: '/prebooks', trpc: '/trpc/prebooks.list?input={}' },
      { table: 'sessions', method: 'GET', rest: '/prebooks', trpc: '/trpc/auth.me' },
      {
        table: 'waitlists',
        method: 'POST',
        rest: '/prebooks',
        trpc: '/trpc/prebooks.create',
        body: { rest: { book_id: 1 }, trpc: { bookId: 1 } },
      },
    ] as const

    test.each(cases)('without $table, REST and tRPC reveal only a request id', async (failure) => {
      await using broken = await startHostileApi(engine)
      await addBooks(broken)
      const { token } = await addPerson(broken, 'reader@example.org')
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
      const { method } = failure
      const body = (protocol: 'rest' | 'trpc') =>
        'body' in failure ? { body: JSON.stringify(failure.body[protocol]) } : {}
      await withoutTable(broken, failure.table, async () => {
        const rest = await broken.send({ method, path: failure.rest, headers, ...body('rest') })
        const trpc = await broken.send({ method, path: failure.trpc, headers, ...body('trpc') })
        const { message } = reasons.INTERNAL_ERROR
        const ids = [rest, trpc].map((answer) => String(answer.headers['x-request-id']))
        expect([rest.status, trpc.status]).toEqual([500, 500])
        expect(JSON.parse(rest.text)).toEqual({
          type: '/docs/errors#INTERNAL_ERROR',
          title: message,
          status: 500,
          detail: message,
          code: 'INTERNAL_ERROR',
          request_id: ids[0],
        })
        expect(JSON.parse(trpc.text)).toEqual({
          error: {
            code: -32603,
            message,
            data: {
              code: 'INTERNAL_SERVER_ERROR',
              httpStatus: 500,
              reason: 'INTERNAL_ERROR',
              field: null,
              issues: null,
              retryAfterSeconds: null,
              requestId: ids[1],
            },
          },
        })
        for (const id of ids)
          expect(causesLogged(broken.lines, id)).toContainEqual(expect.stringContaining(failure.table))
      })
      const after = await broken.send({ method, path: failure.rest, headers, ...body('rest') })
      expect(after.status).toBeLessThan(300)
    })
  })
}

/** Describes everything that `search` finds in the responses. */
function leaks(exchanges: Exchange[], search: (exchange: Exchange, text: string) => string[]): string[] {
  return exchanges.flatMap((exchange) => {
    const { answer, attempt } = exchange
    const found = search(exchange, `${JSON.stringify(answer.headers)}\n${answer.text}`)
    return found.map((secret) => `${secret} in the response to ${describeAttempt(attempt)}`)
  })
}

/** The stack traces logged for a request. */
function causesLogged(lines: string[], requestId: string): string[] {
  return lines
    .map((line) => JSON.parse(line) as { requestId?: string; level: number; err?: { stack: string } })
    .filter((line) => line.requestId === requestId && line.level >= 50 && line.err !== undefined)
    .map((line) => String(line.err?.stack))
}
