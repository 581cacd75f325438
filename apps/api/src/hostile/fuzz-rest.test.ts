import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { changedTables, fingerprint } from './fingerprint.ts'
import { FUZZ_TIMEOUT_MS, fuzzing } from './fuzz-settings.ts'
import { runnableEngines, startHostileApi } from './hostile-api.ts'
import { addBooks, addCast } from './people.ts'
import { restAttempts, type RestAttempt } from './rest-attempts.ts'
import { readOperations } from './rest-document.ts'
import { judgeRest } from './rest-judge.ts'
import { shorten } from './send.ts'

const prototypeKeys = Reflect.ownKeys(Object.prototype)

for (const engine of runnableEngines()) {
  const api = await startHostileApi(engine)
  const cast = await addCast(api)
  await addBooks(api)
  const operations = await readOperations(api)
  afterAll(() => api[Symbol.asyncDispose]())

  let before = await fingerprint(api.store)

  const prove = async (attempt: RestAttempt): Promise<number> => {
    const headers = { ...cast.headers(attempt.who), ...attempt.headers }
    const answer = await api.send({ ...attempt, headers })
    const wrong = judgeRest(operations, attempt, answer)
    const refused = answer.status >= 400 || ['GET', 'HEAD', 'OPTIONS'].includes(attempt.method)
    if (!refused) await cast.restore()
    const after = await fingerprint(api.store)
    if (refused) wrong.push(...changedTables(before, after).map((table) => `changed ${table}`))
    before = after
    if (wrong.length > 0) throw new Error(`${answer.status} ${shorten(answer.text)}\n- ${wrong.join('\n- ')}`)
    return answer.status
  }

  describe(`whatever is sent to REST, on ${engine.name}`, () => {
    test.each(operations)(
      '$name answers as its document says, and a refusal changes nothing',
      async (operation) => {
        const seen = new Set<number>()
        await fc.assert(
          fc.asyncProperty(restAttempts(operation), async (attempt) => {
            seen.add(await prove(attempt))
          }),
          { ...fuzzing, numRuns: 2 * fuzzing.numRuns },
        )
        // Otherwise nothing was proved: the requests never got past the first check, or never met it.
        expect([...seen].some((status) => status < 300)).toBe(true)
        expect(seen).toContain(422)
      },
      FUZZ_TIMEOUT_MS,
    )

    test('nothing of it got into the prototype of all objects', () => {
      expect(Reflect.ownKeys(Object.prototype)).toEqual(prototypeKeys)
    })
  })
}
