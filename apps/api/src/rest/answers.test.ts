import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { createMailLinks } from '@prebook/server'
import { WAIT } from '@prebook/testing/bounds'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { runnableEngines, startHostileApi, unreachableMail } from '../hostile/hostile-api.ts'
import { addPerson, PASSWORD } from '../hostile/people.ts'
import { openStream } from './testing/open-stream.ts'

type Content = Record<string, { schema: object; example?: unknown }>
type Operation = {
  operationId: string
  parameters?: { name: string; in: string; schema: object; example?: unknown }[]
  requestBody?: { content: Content }
  responses: Record<string, { content?: Content }>
}
type Document = {
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, { examples?: unknown[] }> }
}
type Call = { id?: number | string; query?: string; body?: object; headers?: Record<string, string> }

const NEXT_YEAR = new Date().getUTCFullYear() + 1
const ISBN = '9780441013593'

for (const engine of runnableEngines().slice(0, 1)) {
  const api = await startHostileApi(engine, unreachableMail)
  afterAll(() => api[Symbol.asyncDispose]())
  const document = JSON.parse((await api.send({ method: 'GET', path: '/openapi.json' })).text) as Document
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, ...operation })),
  )

  // As clients have it that take the defaults: strict, so that an unknown keyword or format is an error.
  const ajv = new Ajv2020()
  addFormats.default(ajv)
  // A document is not a schema, so its schemas are taken out of it.
  const validator = (schema: object): ValidateFunction => {
    const whole = JSON.stringify({ ...schema, $defs: document.components.schemas })
    return ajv.compile(JSON.parse(whole.replaceAll('#/components/schemas/', '#/$defs/')) as object)
  }
  const problems = (validate: ValidateFunction, value: unknown) => (validate(value) ? [] : validate.errors)

  const seen = new Set<string>()

  /** Calls an operation, checks that its answer is as in the document, and returns the answer. */
  async function call(operationId: string, token: string | null, request: Call = {}) {
    const found = operations.find((operation) => operation.operationId === operationId)
    if (found === undefined) throw new Error(`There is no operation ${operationId}.`)
    const { id, query = '', body, headers } = request
    const {
      status,
      text,
      headers: received,
    } = await api.send({
      method: found.method.toUpperCase(),
      path: found.path.replace('{id}', String(id)) + query,
      headers: {
        ...(token !== null && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const described = found.responses[String(status)]
    expect(described, `${operationId} answers ${status} ${text}`).toBeDefined()
    seen.add(`${operationId} ${status < 300 ? 'succeeds' : 'is refused'}`)
    const [[type, content] = []] = Object.entries(described?.content ?? {})
    expect(text === '').toBe(content === undefined)
    if (content === undefined) return {}
    expect(received['content-type']?.replace('; charset=utf-8', '')).toBe(type)
    const validate = validator(content.schema)
    const value: unknown = type === 'text/csv' ? text : JSON.parse(text)
    expect([operationId, problems(validate, value)]).toEqual([operationId, []])
    return value as Record<string, unknown>
  }

  /** Opens a stream, and checks that its first event is as in the document. */
  async function watch(operationId: string, token: string, query = '') {
    const found = operations.find((operation) => operation.operationId === operationId)
    const path = String(found?.path)
    await using stream = await openStream(api.url + path + query, { authorization: `Bearer ${token}` })
    await vi.waitFor(() => expect(stream.events()).not.toEqual([]), WAIT)
    const validate = validator(found?.responses['200']?.content?.['text/event-stream']?.schema ?? {})
    expect([operationId, problems(validate, stream.events()[0]?.data)]).toEqual([operationId, []])
    seen.add(`${operationId} succeeds`)
  }

  test('every answer of every route is as in the document, for a validator with its defaults', async () => {
    await call('getShop', null)
    const { token: admin } = await addPerson(api, 'admin@example.org', { role: 'admin' })
    const account = { email: 'reader@example.org', password: PASSWORD }
    await call('register', null, { body: account })
    const signedIn = await call('signIn', null, { body: account })
    const reader = String(signedIn['access_token'])

    const book = { title: 'Dune', author: 'Frank Herbert', price: 19.99, isbn: ISBN, description: 'Sand.' }
    await call('createBook', admin, { body: book })
    await call('createBook', admin, { body: { title: 'Solaris', author: 'Stanisław Lem', price: 0.07 } })
    const rows = [
      { ...book, price: 20 },
      { title: 'No ISBN', price: 1.999 },
    ]
    const imported = await call('importBooks', admin, { body: { rows } })
    expect(imported['outcomes']).toMatchObject([
      { outcome: 'updated', book_id: 1 },
      {
        outcome: 'invalid',
        issues: expect.arrayContaining([
          {
            path: 'price',
            message:
              'Must be a number with at most 2 decimals, such as 19.99, and at most 90071992547409.91.',
          },
        ]),
      },
    ])
    for (const id of [1, `isbn:${ISBN}`, `isbn/${ISBN}`]) {
      await call('updateBook', admin, { id, body: { price: 19.99, description: null } })
      await call('getBook', null, { id })
      await call('getWaitlist', null, { id })
    }
    await call('getAvailability', null, { query: `?isbn=${ISBN}&isbn=9783161484100` })
    await call('suggestBooks', null, { query: '?query=9780441' })
    await call('listBooks', null, { query: `?query=${ISBN}&in_stock=false&limit=1` })

    await call('getPrebookChallenge', null)
    const created = await call('createPrebook', reader, { body: { book_id: 1 } })
    await call('expectBook', admin, { id: `isbn/${ISBN}`, body: { expected_on: `${NEXT_YEAR}-03` } })
    await call('listOverdueBooks', admin, { query: '?book_id=1&limit=1' })
    const prebook = Number(created['id'])
    await call('getPrebook', reader, { id: prebook })
    await call('getWaitlist', reader, { id: 1 })
    await call('listDemand', admin, { query: '?order=joined_lately' })
    await call('listDemand', admin, { query: `?since=${new Date().toISOString().slice(0, 10)}` })
    await call('listOrderLines', admin, { query: '?readers_per_copy=2&days=30' })
    await call('listWaitingReaders', admin, { id: 1 })
    await call('downloadBooks', null, { query: '?query=dune' })
    await call('downloadDemand', admin, { query: '?days=3' })
    await call('downloadOrderList', admin, { query: '?readers_per_copy=1' })
    await call('downloadWaitingReaders', admin, { id: `isbn/${ISBN}` })
    await call('previewWithdrawal', admin, { id: 1, query: '?successor_id=2' })
    await call('withdrawBook', admin, { id: 1, body: { successor_id: 2, note: 'Sorry.' } })
    await call('getPrebook', reader, { id: prebook })
    await call('reinstateBook', admin, { id: 1 })
    await call('createPrebook', reader, { body: { book_id: 1 } })
    await call('requestPrebook', null, { body: { isbn: ISBN, email: 'guest@example.org', locale: 'de' } })
    const { SECRET: secret, PUBLIC_URL: publicUrl } = unreachableMail
    const wish = {
      id: 'x',
      bookId: 1,
      email: 'guest@example.org',
      locale: 'de',
      expiresAt: Date.now() + 9_000,
    } as const
    const link = new URL(createMailLinks({ secret, publicUrl }).confirmPage(wish))
    await call('confirmPrebook', null, { body: { token: link.searchParams.get('token') } })
    await call('previewStock', admin, { id: 1, query: '?quantity=5' })
    await call('setStock', admin, { id: 1, body: { quantity: 5, note: 'Delivery 117' } })
    await call('adjustStock', admin, { id: 1, body: { delta: -5 } })
    await call('createPrebook', reader, { body: { book_id: 1 } })
    await call('adjustStock', admin, { id: 1, body: { delta: 2 } })
    const lines = [{ isbn: ISBN, delta: 1 }, { book_id: 2, quantity: 3 }, { book_id: 2, bookId: 2 }, 'line']
    const batch = await call('changeStocks', admin, { body: { lines } })
    expect(batch['outcomes']).toMatchObject([
      { status: 'changed', book_id: 1 },
      { status: 'changed', book_id: 2 },
      { status: 'refused', field: 'bookId', message: expect.stringMatching(/^bookId: Unknown/) },
      { status: 'refused' },
    ])
    await call('listStockMovements', admin, { id: 1 })
    await call('downloadStockMovements', admin, { id: 1 })
    await watch('watchStock', admin, '?after_movement_id=0')
    await call('listPrebooks', reader)
    await watch('watchPrebooks', reader)
    await call('cancelPrebook', reader, { id: prebook + 1 })

    const deliveries = await call('listDeliveries', admin)
    await call('downloadDeliveries', admin, { query: '?state=pending' })
    const [delivery] = deliveries['items'] as { id: number }[]
    await call('redriveDeliveries', admin, { body: { state: 'failed' } })
    await call('liftSuppression', admin, { id: Number(delivery?.id) })
    await call('inviteUser', admin, { body: { email: 'staff@example.org', role: 'staff' } })
    const users = await call('listUsers', admin)
    const [invited] = users['items'] as { id: number }[]
    await call('updateUser', admin, { id: Number(invited?.id), body: { role: 'staff' } })
    const token = await call('createToken', admin, { body: { name: 'Till', scopes: ['stock:write'] } })
    await call('listTokens', admin)
    await call('setStock', String(token['token']), { id: 1, body: { quantity: 9 } })
    await call('rotateToken', admin, { id: Number(token['id']), body: { overlap_hours: 1 } })
    await call('revokeToken', admin, { id: Number(token['id']) })
    await call('listAuditEntries', admin)

    await call('getAccount', reader)
    await call('updateAccount', reader, { body: { mail_opt_out: true } })
    const sessions = await call('listSessions', reader)
    const other = (sessions['items'] as { id: number; current: boolean }[]).find(({ current }) => !current)
    await call('endSession', reader, { id: Number(other?.id) })
    await call('endOtherSessions', reader)
    await call('exportAccount', reader)
    await call('exportAccount', admin)
    await call('changePassword', reader, {
      body: { current_password: PASSWORD, new_password: 'another long password' },
    })
    await call('changeEmail', reader, {
      body: { email: 'new@example.org', password: 'another long password' },
    })
    await call('resendVerification', reader)
    await call('requestPasswordReset', null, { body: { email: 'reader@example.org' } })
    await call('signOut', reader)
    const again = await call('signIn', null, { body: { ...account, password: 'another long password' } })
    await call('signOutEverywhere', String(again['access_token']))
    const last = await call('signIn', null, { body: { ...account, password: 'another long password' } })
    await call('eraseAccount', String(last['access_token']), { body: { password: 'another long password' } })

    for (const { operationId, method } of operations)
      await call(operationId, null, {
        id: 'x',
        ...(method === 'get' ? { query: '?limit=x' } : { body: { x: 1 } }),
      })

    // Of these, a link in an e-mail is the input; their success has no content.
    const byLink = new Set(['resetPassword', 'verifyEmail', 'acceptInvitation'])
    expect([...seen].toSorted()).toEqual(
      operations
        .flatMap(({ operationId }) => [
          ...(byLink.has(operationId) ? [] : [`${operationId} succeeds`]),
          `${operationId} is refused`,
        ])
        .toSorted(),
    )
  })

  describe('the examples in the document', () => {
    test.each(operations.map((operation) => [operation.operationId, operation] as const))(
      'of %s are as in its schemas, and each JSON body has one',
      (_name, { parameters = [], requestBody, responses }) => {
        const contents = [requestBody, ...Object.values(responses)].map((each) => each?.content ?? {})
        const bodies = contents.flatMap((content) =>
          Object.entries(content).filter(([type]) => type === 'application/json'),
        )
        for (const [, { schema, example }] of bodies)
          expect(problems(validator(schema), example ?? 'none')).toEqual([])
        for (const { schema, example } of parameters.filter((each) => each.example !== undefined))
          expect(problems(validator(schema), example)).toEqual([])
      },
    )

    test('of named schemas are as in them', () => {
      for (const { examples = [], ...schema } of Object.values(document.components.schemas))
        for (const example of examples) expect(problems(validator(schema), example)).toEqual([])
    })
  })
}
