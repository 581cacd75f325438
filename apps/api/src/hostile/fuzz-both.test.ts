import fc from 'fast-check'
import { z } from 'zod'
import { TokenScope } from '@prebook/core'
import type { TestEngine } from '@prebook/db/testing'
import { procedureType, scopeOf } from '@prebook/server'
import { afterAll, describe, expect, test } from 'vitest'
import { restWord, toSnake } from '../rest/names.ts'
import type { RestRoute } from '../rest/route.ts'
import { restRoutes } from '../rest/routes.ts'
import { FUZZ_RUNS, FUZZ_SEED, FUZZ_TIMEOUT_MS } from './fuzz-settings.ts'
import { runnableEngines, startHostileApi, unreachableMail } from './hostile-api.ts'
import type { JsonSchema } from './json-schema.ts'
import { addBooks, addPerson, addRefusedMail, addToken } from './people.ts'
import { validFields } from './sound-values.ts'

/** One step: a call by the token with this place in the list, with this input in the names of the procedure. */
type Step = { route: RestRoute; input: Record<string, unknown>; token: number }

/** How a call ended: its result in the names of REST, or the reason of its refusal. */
type Outcome = { result: unknown } | { reason: string }

/** Every token makes some of the calls. The last one has been revoked. */
const held: TokenScope[][] = [
  TokenScope.options,
  ['catalogue:write', 'stock:write'],
  ['stock:write'],
  ['demand:read', 'users:read'],
  [],
  TokenScope.options,
]

/** Those of signing in answer with something random, streams do not end, and a download is all pages of a procedure as CSV. */
const routes = restRoutes.filter(
  ({ procedure, download }) =>
    !procedure.startsWith('auth.') && procedureType(procedure) !== 'subscription' && download === undefined,
)

const forTokens = routes.filter(({ procedure }) => scopeOf(procedure) !== undefined)
const anyRoute = fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...forTokens) }, fc.constantFrom(...routes))

const steps: fc.Arbitrary<Step> = anyRoute.chain((route) => {
  const schema = z.toJSONSchema(route.input, { io: 'input', unrepresentable: 'any' }) as JsonSchema
  const id = fc.oneof({ weight: 6, arbitrary: fc.integer({ min: 1, max: 14 }) }, fc.constantFrom(0, -1, 999))
  return fc
    .record({ fields: validFields(schema), id, token: fc.nat(held.length - 1), broken: fc.nat(9) })
    .map(({ fields, id: pathId, token, broken }) => {
      const input: Record<string, unknown> = Object.fromEntries(fields)
      // REST converts prices before anything else, and has no null in an address.
      const name = Object.keys(input).find((each) => each !== 'priceCents')
      if (route.method === 'GET') for (const each in input) if (input[each] === null) delete input[each]
      // Some inputs are not valid, in a way that both APIs can express.
      if (broken === 0 && name !== undefined && route.method !== 'GET') input[name] = { not: 'valid' }
      if (route.pathField !== undefined) input[route.pathField] = pathId
      return { route, input, token }
    })
})

/** The same without times, which differ between the two services. */
function timeless(value: unknown): unknown {
  const text = JSON.stringify(value ?? null)
  return JSON.parse(text.replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, 'a time')) as unknown
}

async function start(engine: TestEngine) {
  const api = await startHostileApi(engine, unreachableMail)
  const admin = await addPerson(api, 'admin@example.org', { role: 'admin' })
  await addBooks(api)
  await addRefusedMail(api, await addPerson(api, 'refusing@example.org'), 5)
  const tokens: Awaited<ReturnType<typeof addToken>>[] = []
  for (const scopes of held) tokens.push(await addToken(api, admin.id, scopes))
  await api.store.write((tx) =>
    tx
      .updateTable('api_tokens')
      .set({ revoked_at: 5 })
      .where('id', '=', tokens.at(-1)?.id ?? 0)
      .execute(),
  )
  const headersOf = (token: number) => ({
    authorization: `Bearer ${tokens[token]?.text ?? ''}`,
    'content-type': 'application/json',
  })
  return { api, headersOf }
}
type Side = Awaited<ReturnType<typeof start>>

const Refusal = z.union([
  z
    .object({ error: z.object({ data: z.object({ reason: z.string() }) }) })
    .transform(({ error }) => error.data),
  z.object({ code: z.string() }).transform(({ code }) => ({ reason: code })),
])

/** Calls the route's procedure through REST. */
async function viaRest({ api, headersOf }: Side, { route, input, token }: Step): Promise<Outcome> {
  const { pathField = '', method } = route
  const { [pathField]: id, ...given } = input
  const named = Object.entries(toSnake(given, 'EUR') as object).map(
    ([name, value]: [string, unknown]) => [name, name === 'order' ? restWord(String(value)) : value] as const,
  )
  const path = route.path.replace('{id}', String(id))
  const query = () =>
    // A list repeats its name.
    new URLSearchParams(
      named.flatMap(([name, value]) => [value].flat().map((each): [string, string] => [name, String(each)])),
    ).toString()
  const answer = await api.send(
    method === 'GET'
      ? { method, path: query() === '' ? path : `${path}?${query()}`, headers: headersOf(token) }
      : { method, path, headers: headersOf(token), body: JSON.stringify(Object.fromEntries(named)) },
  )
  const body: unknown = answer.text === '' ? null : JSON.parse(answer.text)
  return answer.status < 400 ? { result: body } : Refusal.parse(body)
}

/** Calls the route's procedure through tRPC, and converts the result as the route does. */
async function viaTrpc({ api, headersOf }: Side, { route, input, token }: Step): Promise<Outcome> {
  const name = route.procedure
  const text = JSON.stringify(input)
  const isQuery = route.method === 'GET'
  const answer = await api.send({
    method: isQuery ? 'GET' : 'POST',
    path: isQuery ? `/trpc/${name}?input=${encodeURIComponent(text)}` : `/trpc/${name}`,
    headers: headersOf(token),
    ...(!isQuery && { body: text }),
  })
  const body: unknown = JSON.parse(answer.text)
  if (answer.status >= 400) return Refusal.parse(body)
  const { data } = (body as { result: { data: unknown } }).result
  const shown = route.present === undefined ? data : route.present(data as never, 'EUR')
  if (route.output === null) return { result: null }
  // Parsed, since a long price is a number only once it is.
  return { result: JSON.parse(JSON.stringify(toSnake(shown, 'EUR'))) }
}

/** The rows that calls can change, without their times. */
async function contents({ api }: Side): Promise<unknown> {
  return api.store
    .read(async (reader) => ({
      books: await reader.selectFrom('books').selectAll().orderBy('id').execute(),
      movements: await reader.selectFrom('stock_movements').selectAll().orderBy('id').execute(),
      audit: await reader.selectFrom('audit_entries').selectAll().orderBy('id').execute(),
      users: await reader
        .selectFrom('users')
        .select(['id', 'email', 'role', 'is_active'])
        .orderBy('id')
        .execute(),
      deliveries: await reader
        .selectFrom('deliveries')
        .select(['id', 'kind', 'state'])
        .orderBy('id')
        .execute(),
      refusals: await reader
        .selectFrom('refusals')
        .select(['email', 'delivery_id'])
        .orderBy('delivery_id')
        .execute(),
      requests: await reader
        .selectFrom('stock_requests')
        .select(['token_id', 'actor_id', 'idempotency_key'])
        .orderBy('id')
        .execute(),
    }))
    .then((rows) =>
      JSON.parse(
        JSON.stringify(rows, (name, value: unknown) =>
          /^(?:at|(?:created|updated|withdrawn|settles)_at)$/.test(name) && value !== null ? 0 : value,
        ),
      ),
    )
}

for (const engine of runnableEngines()) {
  const [rest, trpc] = [await start(engine), await start(engine)]
  afterAll(async () => {
    for (const { api } of [rest, trpc]) await api[Symbol.asyncDispose]()
  })

  describe(`calls by tokens through both APIs, on ${engine.name}`, () => {
    test(
      'give the same answers and leave the same rows',
      async () => {
        const count = Math.ceil((FUZZ_RUNS * 1_000) / 60)
        const seen = new Map<string, number>()
        for (const step of fc.sample(steps, { seed: FUZZ_SEED, numRuns: count })) {
          const [one, other] = [await viaRest(rest, step), await viaTrpc(trpc, step)]
          const { route, input } = step
          const what = `${route.method} ${route.path} ${JSON.stringify(input)} by token ${step.token}`
          expect(timeless(one), what).toEqual(timeless(other))
          const outcome = 'reason' in other ? other.reason : 'ok'
          seen.set(outcome, (seen.get(outcome) ?? 0) + 1)
        }
        expect(await contents(rest)).toEqual(await contents(trpc))
        // Otherwise the test is void.
        expect([...seen.keys()]).toEqual(
          expect.arrayContaining([
            'ok',
            'AUTH_REQUIRED',
            'AUTH_FORBIDDEN',
            'AUTH_SCOPE_MISSING',
            'VALIDATION_ERROR',
          ]),
        )
        expect(seen.get('ok')).toBeGreaterThan(count / 20)
      },
      FUZZ_TIMEOUT_MS,
    )
  })
}
