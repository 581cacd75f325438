import { z } from 'zod'
import type { HostileApi } from './hostile-api.ts'
import { addPerson } from './people.ts'
import type { Answer, Attempt } from './send.ts'

/** A request of the scenario, its response, and what the response may show. */
export type Exchange = {
  attempt: Attempt
  answer: Answer
  /** The caller. Callers may see their own e-mail address; admins may see all addresses. */
  caller: { email: string; isAdmin: boolean } | null
  /** The tokens that the response issues: that of the session, then that of the device. */
  issued: string[]
}

/** All exchanges, and the secrets that must not appear in them. */
export type Scenario = {
  exchanges: Exchange[]
  /** Every password that was sent, right or wrong. */
  passwords: string[]
  emails: string[]
  tokens: string[]
}

type Caller = { email: string; isAdmin: boolean; headers: Record<string, string> }

const ann = { email: 'ann@readers.example.org', password: 'ann keeps this to herself' }
const ben = { email: 'ben@readers.example.org', password: 'ben keeps this one private' }
const boss = { email: 'boss@shop.example.org', password: 'a password for tests' }
const wrong = ['hunter2hunter2', 'ann-guess-0001', 'Tr0ub4dor&3-wrong', 'short1']

/** Runs a scenario: two readers and an admin use both APIs and make mistakes, and their passwords are guessed. */
export async function runScenario(api: HostileApi): Promise<Scenario> {
  const exchanges: Exchange[] = []

  const send = async (caller: Caller | null, attempt: Attempt): Promise<Answer> => {
    const headers = { ...caller?.headers, ...attempt.headers }
    const answer = await api.send({ ...attempt, headers })
    exchanges.push({ attempt, answer, caller, issued: issuedTokens(answer) })
    return answer
  }
  const rest = (caller: Caller | null, method: string, path: string, body?: unknown) =>
    send(caller, { method, path, ...json(body) })
  const mutate = (caller: Caller | null, name: string, input?: unknown) =>
    send(caller, { method: 'POST', path: `/trpc/${name}`, ...json(input ?? {}) })
  const query = (caller: Caller | null, name: string, input: unknown) =>
    send(caller, { method: 'GET', path: `/trpc/${name}?input=${encodeURIComponent(JSON.stringify(input))}` })
  const signedIn = ({ email }: { email: string }, isAdmin = false): Caller => {
    const token = exchanges.at(-1)?.issued[0] ?? ''
    return { email, isAdmin, headers: { authorization: `Bearer ${token}` } }
  }

  const bossAccount = await addPerson(api, boss.email, { role: 'admin' })
  await rest(null, 'POST', '/auth/register', ann)
  const asAnn = signedIn(ann)
  await mutate(null, 'auth.register', ben)
  const asBen = signedIn(ben)
  await mutate(null, 'auth.login', boss)
  const asBoss = signedIn(boss, true)

  for (const password of wrong) {
    await rest(null, 'POST', '/auth/login', { email: ann.email, password })
    await mutate(null, 'auth.login', { email: ben.email, password })
    await mutate(null, 'auth.login', { email: 'unknown@example.org', password })
    await rest(null, 'POST', '/auth/register', { email: 'short', password })
    await rest(null, 'POST', '/prebooks', { book_id: 1, password })
    await send(null, { method: 'POST', path: '/auth/login', ...json({}), body: `{"password": ${password}` })
    await send(null, {
      method: 'POST',
      path: '/trpc/auth.login',
      ...json({}),
      body: `{"password": ${password}`,
    })
    await rest(null, 'GET', `/books?password=${encodeURIComponent(password)}`)
  }
  await rest(null, 'POST', '/auth/register', { ...ann, password: ben.password })
  await mutate(asBen, 'auth.register', { ...ann, password: ben.password })
  await rest(null, 'GET', `/books?access_token=${asAnn.headers['authorization']?.slice(7) ?? ''}`)
  await rest(
    { ...asAnn, headers: { authorization: `${asAnn.headers['authorization'] ?? ''}x` } },
    'GET',
    '/prebooks',
  )

  const ownOrigin = { origin: api.url }
  await send(null, {
    method: 'POST',
    path: '/trpc/auth.login',
    headers: { ...ownOrigin, 'content-type': 'application/json' },
    body: JSON.stringify({ ...ann, session: 'cookie' }),
  })
  const cookie = `prebook_session=${exchanges.at(-1)?.issued[0] ?? ''}`
  const annByCookie: Caller = { ...asAnn, headers: { ...ownOrigin, cookie } }

  const book = { title: 'Dune', author: 'Frank Herbert', price: 19.99, isbn: '9780441013593' }
  await rest(asBoss, 'POST', '/books', book)
  await rest(asBoss, 'POST', '/books', book)
  await mutate(annByCookie, 'prebooks.create', { bookId: 1 })
  await rest(annByCookie, 'POST', '/prebooks', { book_id: 1 })
  await rest(asBen, 'POST', '/prebooks', { book_id: 1 })
  await rest(asBen, 'DELETE', '/prebooks/1')
  for (const reader of [asAnn, asBen, annByCookie]) {
    await rest(reader, 'GET', '/prebooks')
    for (const name of ['prebooks.list', 'auth.me', 'users.list', 'demand.top']) await query(reader, name, {})
    for (const name of ['demand.waitlist', 'stock.history', 'books.get'])
      await query(reader, name, { bookId: 1 })
    await query(reader, 'prebooks.get', { prebookId: 1 })
    await mutate(reader, 'users.deactivate', { userId: bossAccount.id })
    await rest(reader, 'PATCH', '/books/1/stock', { quantity: 5 })
  }
  await query(asBoss, 'demand.waitlist', { bookId: 1 })
  await rest(asBoss, 'PATCH', '/books/1/stock', { quantity: 5 })
  await mutate(asBoss, 'stock.adjust', { bookId: 1, delta: -50 })
  await query(asBoss, 'stock.history', { bookId: 1 })
  await query(asBoss, 'users.list', {})
  await rest(asBen, 'POST', '/prebooks', { book_id: 1 })

  await mutate(asBoss, 'tokens.create', { name: 'Till', scopes: ['stock:write'] })
  const asTill = signedIn({ email: '' })
  await query(asBoss, 'tokens.list', {})
  await rest(asTill, 'PATCH', '/books/1/stock', { quantity: 6 })
  await query(asTill, 'stock.history', { bookId: 1 })
  await query(asTill, 'users.list', {})
  await mutate(asTill, 'tokens.create', { name: 'Another', scopes: [] })
  const mistyped = { authorization: `${asTill.headers['authorization'] ?? ''}x` }
  await rest({ ...asTill, headers: mistyped }, 'PATCH', '/books/1/stock', { quantity: 7 })

  for (const table of ['prebooks', 'sessions', 'users', 'api_tokens'] as const) {
    await withoutTable(api, table, async () => {
      await rest(asTill, 'PATCH', '/books/1/stock', { quantity: 8 })
      await rest(null, 'POST', '/auth/login', ann)
      await mutate(null, 'auth.login', ben)
      await rest(asBen, 'GET', '/prebooks')
      await query(annByCookie, 'prebooks.list', {})
      await mutate(null, 'auth.register', { email: 'late@example.org', password: ben.password })
    })
  }
  await mutate(annByCookie, 'auth.logout')
  await rest(asBen, 'POST', '/auth/logout')
  await rest(asBen, 'GET', '/prebooks')

  return {
    exchanges,
    passwords: [ann.password, ben.password, boss.password, ...wrong],
    emails: [ann.email, ben.email, boss.email, 'unknown@example.org', 'late@example.org'],
    tokens: [...exchanges.flatMap(({ issued }) => issued), bossAccount.token],
  }
}

/** Runs `work` while a table is missing, as after a failed migration. */
export async function withoutTable(
  { store }: HostileApi,
  table: 'api_tokens' | 'books' | 'prebooks' | 'sessions' | 'users' | 'waitlists',
  work: () => Promise<void>,
): Promise<void> {
  await store.write((tx) => tx.schema.alterTable(table).renameTo(`${table}_away`).execute())
  try {
    await work()
  } finally {
    await store.write((tx) => tx.schema.alterTable(`${table}_away`).renameTo(table).execute())
  }
}

function json(body: unknown): Pick<Attempt, 'headers' | 'body'> {
  return body === undefined
    ? {}
    : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
}

const SignedIn = z.union([
  z.object({ access_token: z.string() }).transform((body) => body.access_token),
  z
    .object({ result: z.object({ data: z.object({ token: z.string() }) }) })
    .transform((body) => body.result.data.token),
])

function issuedTokens({ headers, text }: Answer): string[] {
  const cookies = (headers['set-cookie'] ?? []).map((line) => /^\w+=([^;]*)/.exec(line)?.[1] ?? '')
  const token = text === '' ? undefined : SignedIn.safeParse(JSON.parse(text)).data
  const device = headers['prebook-device'] ?? []
  return [token ?? '', ...cookies, ...device.toString().split(', ')].filter((secret) => secret !== '')
}
