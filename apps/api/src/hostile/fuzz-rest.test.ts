import fc from 'fast-check'
import { ensureOpenWaitlist } from '@prebook/db'
import { afterAll, describe, expect, test } from 'vitest'
import { dispatched } from './dispatched.ts'
import { changedTables, fingerprint } from './fingerprint.ts'
import { FUZZ_TIMEOUT_MS, fuzzing } from './fuzz-settings.ts'
import { runnableEngines, startHostileApi, unreachableMail } from './hostile-api.ts'
import { addBooks, addCallers } from './people.ts'
import { restAttempts, type RestAttempt } from './rest-attempts.ts'
import { readOperations } from './rest-document.ts'
import { checkRestAnswer } from './rest-judge.ts'
import { shorten } from './send.ts'

const prototypeKeys = Reflect.ownKeys(Object.prototype)

for (const engine of runnableEngines()) {
  const api = await startHostileApi(engine, unreachableMail)
  const callers = await addCallers(api)
  await addBooks(api)
  // So that requests find it by its ISBN.
  await api.store.write((tx) =>
    tx.updateTable('books').set({ isbn: '9780441013593' }).where('id', '=', 1).execute(),
  )
  /** Half of the books are sold out and have a waitlist, whatever the requests before have changed. */
  const sellOut = () =>
    api.store.write(async (tx) => {
      for (const bookId of [1, 3, 5, 7, 9, 11]) {
        await tx.updateTable('books').set({ stock_quantity: 0 }).where('id', '=', bookId).execute()
        await ensureOpenWaitlist(tx, bookId, Date.now())
      }
    })
  const operations = await readOperations(api)
  afterAll(() => api[Symbol.asyncDispose]())

  let before = await fingerprint(api.store)

  const check = async (attempt: RestAttempt): Promise<number> => {
    const headers = { ...callers.headers(attempt.caller), ...attempt.headers }
    const answer = await api.send({ ...attempt, headers })
    const wrong = checkRestAnswer(operations, attempt, answer)
    const refused = answer.status >= 400 || ['GET', 'HEAD', 'OPTIONS'].includes(attempt.method)
    if (!refused) {
      await callers.restore()
      await dispatched(api)
    }
    const after = await fingerprint(api.store)
    if (refused) wrong.push(...changedTables(before, after).map((table) => `changed ${table}`))
    before = after
    if (wrong.length > 0) throw new Error(`${answer.status} ${shorten(answer.text)}\n- ${wrong.join('\n- ')}`)
    return answer.status
  }

  describe(`fuzzed requests to REST, on ${engine.name}`, () => {
    test.each(operations)(
      '$name responds as documented, and a refusal changes nothing',
      async (operation) => {
        const seen = new Set<number>()
        await sellOut()
        before = await fingerprint(api.store)
        await fc.assert(
          fc.asyncProperty(restAttempts(operation), async (attempt) => {
            seen.add(await check(attempt))
          }),
          { ...fuzzing, numRuns: 2 * fuzzing.numRuns },
        )
        // The requests must include both accepted and rejected ones; otherwise the test is void. No random token is that of a
        // link, so those are all rejected.
        const { properties = {} } = operation.body ?? {}
        expect([...seen].some((status) => status < 300 || ('token' in properties && status === 410))).toBe(
          true,
        )
        expect(seen).toContain(422)
      },
      FUZZ_TIMEOUT_MS,
    )

    test('the prototype of all objects is unchanged', () => {
      expect(Reflect.ownKeys(Object.prototype)).toEqual(prototypeKeys)
    })
  })
}
