import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { changedTables, fingerprint } from './fingerprint.ts'
import { FUZZ_TIMEOUT_MS, fuzzing } from './fuzz-settings.ts'
import { runnableEngines, startHostileApi } from './hostile-api.ts'
import { addBooks, addCast } from './people.ts'
import { readProcedures } from './procedures.ts'
import { shorten } from './send.ts'
import { batches, singleCalls, type TrpcAttempt } from './trpc-attempts.ts'
import { judgeTrpc, type Verdict } from './trpc-judge.ts'

const procedures = readProcedures()
const queries = new Set(procedures.filter(({ type }) => type === 'query').map(({ name }) => name))
const prototypeKeys = Reflect.ownKeys(Object.prototype)

for (const engine of runnableEngines()) {
  const api = await startHostileApi(engine)
  const cast = await addCast(api)
  await addBooks(api)
  afterAll(() => api[Symbol.asyncDispose]())

  let before = await fingerprint(api.store)

  const prove = async (attempt: TrpcAttempt): Promise<Verdict> => {
    const headers = { ...cast.headers(attempt.who), ...attempt.headers }
    const answer = await api.send({ ...attempt, headers })
    const verdict = judgeTrpc(procedures, attempt, answer)
    const changes = verdict.succeeded.some((name) => !queries.has(name))
    if (changes) await cast.restore()
    const after = await fingerprint(api.store)
    const wrong = [...verdict.wrong]
    if (!changes) wrong.push(...changedTables(before, after).map((table) => `changed ${table}`))
    before = after
    if (wrong.length > 0) throw new Error(`${answer.status} ${shorten(answer.text)}\n- ${wrong.join('\n- ')}`)
    return verdict
  }

  describe(`whatever is sent to tRPC, on ${engine.name}`, () => {
    test.each(procedures)(
      '$name answers as its schemas say, and a refusal changes nothing',
      async (procedure) => {
        let succeeded = 0
        const refused = new Set<string>()
        await fc.assert(
          fc.asyncProperty(singleCalls(procedure), async (attempt) => {
            const verdict = await prove(attempt)
            succeeded += verdict.succeeded.length
            for (const reason of verdict.refused) refused.add(reason)
          }),
          fuzzing,
        )
        // Otherwise nothing was proved: the requests never got past the first check, or never met it.
        expect(succeeded).toBeGreaterThan(0)
        expect(refused).toContain(procedure.input === null ? 'METHOD_NOT_ALLOWED' : 'VALIDATION_ERROR')
      },
      FUZZ_TIMEOUT_MS,
    )

    test(
      'each call of a batch answers for itself, and a batch of refusals changes nothing',
      async () => {
        const refused = new Set<string>()
        let mixed = 0
        await fc.assert(
          fc.asyncProperty(batches(procedures), async (attempt) => {
            const verdict = await prove(attempt)
            if (verdict.succeeded.length > 0 && verdict.refused.length > 0) mixed += 1
            for (const reason of verdict.refused) refused.add(reason)
          }),
          { ...fuzzing, numRuns: 2 * fuzzing.numRuns },
        )
        expect(mixed).toBeGreaterThan(0)
        expect([...refused]).toEqual(
          expect.arrayContaining(['BATCH_TOO_LARGE', 'ROUTE_NOT_FOUND', 'VALIDATION_ERROR']),
        )
      },
      FUZZ_TIMEOUT_MS,
    )

    test('nothing of it got into the prototype of all objects', () => {
      expect(Reflect.ownKeys(Object.prototype)).toEqual(prototypeKeys)
    })
  })
}
