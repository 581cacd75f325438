import { describe, expect, test } from 'vitest'
import { runnableEngines, startHostileApi, type HostileApi } from './hostile-api.ts'
import { addPerson, PASSWORD } from './people.ts'
import type { Answer } from './send.ts'

const LIMIT = 20
const GUESSES = 1_000
const limited = { LOGIN_FAILURES_PER_HOUR: String(LIMIT) }

type Guess = { email: string; password: string }
type Outcome = 'right' | 'wrong' | 'not checked' | 'busy' | 'batch refused'

const json = { 'content-type': 'application/json' }

/** Wrong guesses at the password of one account. */
function guesses(count: number, email = 'victim@example.org'): Guess[] {
  return Array.from({ length: count }, (_, number) => ({ email, password: `guess number ${number}` }))
}

/** Sends guesses in one batch and returns the outcome of each. */
async function guessByTrpc(
  api: HostileApi,
  batch: Guess[],
  headers: Record<string, string> = {},
): Promise<Outcome[]> {
  const answer = await api.send({
    method: 'POST',
    path: `/trpc/${batch.map(() => 'auth.login').join(',')}?batch=1`,
    headers: { ...json, ...headers },
    body: JSON.stringify(Object.fromEntries(batch.entries())),
  })
  const parts: unknown = JSON.parse(answer.text)
  return Array.isArray(parts)
    ? parts.map((part: unknown) => outcome(JSON.stringify(part)))
    : [outcome(answer.text)]
}

async function guessByRest(
  api: HostileApi,
  guess: Guess,
  headers: Record<string, string> = {},
): Promise<Outcome> {
  const answer = await api.send({
    method: 'POST',
    path: '/auth/login',
    headers: { ...json, ...headers },
    body: JSON.stringify(guess),
  })
  if (outcome(answer.text) === 'not checked') expectWait(answer)
  return outcome(answer.text)
}

function expectWait({ status, headers }: Answer): void {
  expect(status).toBe(429)
  expect(Number(headers['retry-after'])).toBeGreaterThan(3_000)
}

/** Reads the outcome. `AUTH_INVALID_CREDENTIALS` means that the password was checked. */
function outcome(text: string): Outcome {
  const reason = /"(?:reason|code)":"([A-Z_]+)"/g
  const reasons = [...text.matchAll(reason)].map((match) => match[1])
  if (reasons.includes('AUTH_INVALID_CREDENTIALS')) return 'wrong'
  if (reasons.includes('RATE_LIMITED')) return 'not checked'
  if (reasons.includes('STORE_BUSY')) return 'busy'
  if (reasons.includes('BATCH_TOO_LARGE')) return 'batch refused'
  if (reasons.length === 0) return 'right'
  throw new Error(`Unexpected response: ${text}`)
}

function tally(outcomes: Outcome[]): Partial<Record<Outcome, number>> {
  const counts: Partial<Record<Outcome, number>> = {}
  for (const each of outcomes) counts[each] = (counts[each] ?? 0) + 1
  return counts
}

/**
 * Expects that exactly the allowed number of concurrent guesses was checked. On a busy machine some are refused because
 * hashing is too slow; they were not counted, so as many are left.
 */
async function expectLimit(api: HostileApi, outcomes: Outcome[]): Promise<void> {
  const { wrong = 0, busy = 0, 'not checked': refused, ...others } = tally(outcomes)
  expect({ done: wrong + busy + (refused ?? 0), others }).toEqual({ done: outcomes.length, others: {} })
  expect(wrong).toBeLessThanOrEqual(LIMIT)
  const later: Outcome[] = []
  for (const guess of guesses(LIMIT - wrong)) later.push(await guessByRest(api, guess))
  expect(later).toEqual(Array(LIMIT - wrong).fill('wrong'))
}

function inTens<Item>(items: Item[]): Item[][] {
  return Array.from({ length: Math.ceil(items.length / 10) }, (_, index) =>
    items.slice(index * 10, index * 10 + 10),
  )
}

for (const engine of runnableEngines()) {
  describe(`guessing passwords, on ${engine.name}`, () => {
    const start = async (environment: Record<string, string> = {}) => {
      const api = await startHostileApi(engine, { ...limited, ...environment })
      await addPerson(api, 'victim@example.org')
      return api
    }
    const right = { email: 'victim@example.org', password: PASSWORD }

    test('a batch of a thousand guesses is refused, and none of them is counted', async () => {
      await using api = await start()
      expect(await guessByTrpc(api, guesses(GUESSES))).toEqual(['batch refused'])
      const later: Outcome[] = []
      for (const batch of inTens(guesses(LIMIT + 10))) later.push(...(await guessByTrpc(api, batch)))
      expect(tally(later)).toEqual({ wrong: LIMIT, 'not checked': 10 })
    })

    test('of a thousand concurrent guesses in batches, only the allowed number is checked', async () => {
      await using api = await start()
      const outcomes = await Promise.all(inTens(guesses(GUESSES)).map((batch) => guessByTrpc(api, batch)))
      await expectLimit(api, outcomes.flat())
      // The right password comes too late, through either API.
      expect(await guessByTrpc(api, [right])).toEqual(['not checked'])
      expect(await guessByRest(api, right)).toBe('not checked')
    })

    test('of a thousand concurrent guesses through REST, only the allowed number is checked', async () => {
      await using api = await start()
      const outcomes = await Promise.all(guesses(GUESSES).map((guess) => guessByRest(api, guess)))
      await expectLimit(api, outcomes)
      expect(await guessByRest(api, right)).toBe('not checked')
    })

    test('both APIs share one count, and a successful sign-in does not count', async () => {
      await using api = await start()
      const outcomes: Outcome[] = []
      for (const guess of guesses(LIMIT / 2)) {
        outcomes.push(await guessByRest(api, right), await guessByRest(api, guess))
        outcomes.push(...(await guessByTrpc(api, [right])), ...(await guessByTrpc(api, [guess])))
      }
      expect(tally(outcomes)).toEqual({ right: LIMIT, wrong: LIMIT })
      expect(await guessByRest(api, right)).toBe('not checked')
    })

    test('an e-mail address in another case is the same account', async () => {
      await using api = await start()
      const outcomes: Outcome[] = []
      for (const [number, guess] of guesses(LIMIT + 10).entries()) {
        const email = number % 2 === 0 ? 'VICTIM@example.org' : ' victim@Example.Org '
        outcomes.push(await guessByRest(api, { ...guess, email }))
      }
      expect(tally(outcomes)).toEqual({ wrong: LIMIT, 'not checked': 10 })
    })

    describe('strangers who guess at one account from many networks', () => {
      const from = (address: string, headers: Record<string, string> = {}) => ({
        'x-forwarded-for': address,
        ...headers,
      })
      /** An API on which the account has no failures left, though each network may fail only once. */
      const attacked = async (before: (api: HostileApi) => Promise<void> = async () => {}) => {
        const api = await start({ LOGIN_FAILURES_PER_HOUR: '1', TRUSTED_PROXIES: '1' })
        await before(api)
        const outcomes: Outcome[] = []
        for (const [number, guess] of guesses(60).entries())
          outcomes.push(await guessByRest(api, guess, from(`10.0.0.${number}`)))
        expect(tally(outcomes)).toEqual({ wrong: 50, 'not checked': 10 })
        return api
      }

      test('are stopped at the limit of the account, and the right password waits too', async () => {
        await using api = await attacked()
        expect(await guessByRest(api, right, from('198.51.100.1'))).toBe('not checked')
        expect(await guessByTrpc(api, [right], from('198.51.100.1'))).toEqual(['not checked'])
      })

      test('do not lock the owner out of a network where they signed in before', async () => {
        await using api = await attacked(async (before) => {
          expect(await guessByRest(before, right, from('2001:db8::1'))).toBe('right')
        })
        expect(await guessByRest(api, right, from('2001:db8::2'))).toBe('right')
        expect(await guessByRest(api, right, from('2001:db8:0:1::1'))).toBe('not checked')
      })

      test('do not lock the owner out on a device that signed in before, by header or by cookie', async () => {
        const signIn = (api: HostileApi, session: string, headers: Record<string, string>) =>
          api.send({
            method: 'POST',
            path: '/trpc/auth.login',
            headers: { ...json, ...headers },
            body: JSON.stringify({ ...right, session }),
          })
        let known: Record<string, string>[] = []
        await using api = await attacked(async (before) => {
          const byToken = await signIn(before, 'token', from('198.51.100.1'))
          expect(byToken.headers['set-cookie']).toBeUndefined()
          const page = { 'sec-fetch-site': 'same-origin' }
          const byCookie = await signIn(before, 'cookie', from('198.51.100.1', page))
          expect(byCookie.headers['prebook-device']).toBeUndefined()
          const cookie = (byCookie.headers['set-cookie'] ?? []).find((line) => line.includes('device'))
          expect(cookie).toMatch(
            /^prebook_device=[\w.-]+; Path=\/; HttpOnly; SameSite=Lax; Max-Age=31536000$/,
          )
          known = [
            { 'prebook-device': String(byToken.headers['prebook-device']) },
            { cookie: `prebook_session=x; ${cookie?.split(';')[0]}` },
          ]
        })
        for (const [number, device] of known.entries()) {
          const elsewhere = from(`203.0.113.${number}`, device)
          expect(await guessByRest(api, right, elsewhere)).toBe('right')
          // The device has a limit of its own, in one batch too.
          const batch = await guessByTrpc(api, guesses(10), elsewhere)
          expect(tally(batch)).toEqual({ wrong: 1, 'not checked': 9 })
          expect(await guessByRest(api, right, elsewhere)).toBe('not checked')
          // Its token is for one account.
          const other = await guessByRest(api, { ...right, email: 'other@example.org' }, elsewhere)
          expect(other).toBe('wrong')
        }
        expect(api.lines.join('\n')).not.toContain(known[0]?.['prebook-device'])
      })
    })

    describe('one password tried at many accounts', () => {
      // Fewer than usual, so that fewer passwords are hashed. A network may fail ten times as often.
      const few = { LOGIN_FAILURES_PER_HOUR: '2' }
      const NETWORK_LIMIT = 20
      const spray = async (api: HostileApi, forwarded: (number: number) => Record<string, string>) => {
        const outcomes: Outcome[] = []
        for (let number = 0; number < NETWORK_LIMIT + 10; number += 1) {
          const guess = { email: `reader${number}@example.org`, password: 'password1' }
          outcomes.push(await guessByRest(api, guess, forwarded(number)))
        }
        return tally(outcomes)
      }
      const stopped = { wrong: NETWORK_LIMIT, 'not checked': 10 }

      test('a forged X-Forwarded-For has no effect when no proxy is trusted', async () => {
        await using api = await start(few)
        expect(await spray(api, (number) => ({ 'x-forwarded-for': `10.0.0.${number}` }))).toEqual(stopped)
        expect(api.lines.filter((line) => line.includes('TRUSTED_PROXIES'))).toEqual([
          expect.stringContaining('a request has X-Forwarded-For, but TRUSTED_PROXIES is 0'),
        ])
      })

      test('other proxy headers are never trusted', async () => {
        await using api = await start({ ...few, TRUSTED_PROXIES: '1' })
        const outcomes = await spray(api, (number) => ({
          'x-real-ip': `10.0.0.${number}`,
          forwarded: `for=10.0.0.${number}`,
          'cf-connecting-ip': `10.0.0.${number}`,
          'x-client-ip': `10.0.0.${number}`,
        }))
        expect(outcomes).toEqual(stopped)
        expect(api.lines.filter((line) => line.includes('TRUSTED_PROXIES'))).toEqual([])
      })

      test('behind one proxy only the last entry counts, which that proxy wrote', async () => {
        await using api = await start({ ...few, TRUSTED_PROXIES: '1' })
        const forged = (number: number) => ({ 'x-forwarded-for': `10.0.0.${number}, 192.0.2.7` })
        expect(await spray(api, forged)).toEqual(stopped)
        const others = (number: number) => ({ 'x-forwarded-for': `192.0.2.7, 10.0.1.${number}` })
        expect(await spray(api, others)).toEqual({ wrong: NETWORK_LIMIT + 10 })
      })

      test('the addresses of one IPv6 /64 count together, in parallel and in batches', async () => {
        await using api = await start({ ...few, TRUSTED_PROXIES: '1' })
        const spread = Array.from({ length: NETWORK_LIMIT + 40 }, (_, number) => ({
          email: `reader${number}@example.org`,
          password: 'password1',
        }))
        const outcomes = await Promise.all(
          inTens(spread).map((batch, number) =>
            guessByTrpc(api, batch, { 'x-forwarded-for': `2001:db8:0:1:${number}::${number}` }),
          ),
        )
        expect(tally(outcomes.flat())).toEqual({ wrong: NETWORK_LIMIT, 'not checked': 40 })
        const elsewhere = { 'x-forwarded-for': '2001:db8:0:2::1' }
        const guess = { email: 'reader0@example.org', password: 'password1' }
        expect(await guessByRest(api, guess, elsewhere)).toBe('wrong')
      })

      test('if the last entry is not an address, the address of the proxy counts', async () => {
        await using api = await start({ ...few, TRUSTED_PROXIES: '1' })
        expect(await spray(api, (number) => ({ 'x-forwarded-for': `10.0.0.${number}, x${number}` }))).toEqual(
          stopped,
        )
      })
    })

    test('registrations are counted per call, not per request', async () => {
      await using api = await start({ REGISTRATIONS_PER_HOUR: '5' })
      const register = (from: number) => {
        const inputs = Array.from({ length: 10 }, (_, index) => ({
          email: `new${from + index}@example.org`,
          password: PASSWORD,
        }))
        return api.send({
          method: 'POST',
          path: `/trpc/${inputs.map(() => 'auth.register').join(',')}?batch=1`,
          headers: json,
          body: JSON.stringify(Object.fromEntries(inputs.entries())),
        })
      }
      const answers = await Promise.all([register(0), register(10)])
      const created = answers.flatMap(({ text }) => [...text.matchAll(/"token":"/g)])
      expect(created).toHaveLength(5)
      const users = await api.store.read((reader) => reader.selectFrom('users').select('id').execute())
      expect(users).toHaveLength(6)
    })
  })
}
