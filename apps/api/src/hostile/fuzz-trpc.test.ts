import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { dispatched } from './dispatched.ts'
import { changedTables, fingerprint } from './fingerprint.ts'
import { FUZZ_TIMEOUT_MS, fuzzing } from './fuzz-settings.ts'
import { runnableEngines, startHostileApi, unreachableMail } from './hostile-api.ts'
import { addBooks, addCallers, addPerson, addRefusedMail } from './people.ts'
import { readProcedures } from './procedures.ts'
import { shorten } from './send.ts'
import { batches, singleCalls, type TrpcAttempt } from './trpc-attempts.ts'
import { checkTrpcAnswer, type CheckResult } from './trpc-judge.ts'

const procedures = readProcedures()
const queries = new Set(procedures.filter(({ type }) => type === 'query').map(({ name }) => name))
const prototypeKeys = Reflect.ownKeys(Object.prototype)

for (const engine of runnableEngines()) {
  const api = await startHostileApi(engine, unreachableMail)
  const callers = await addCallers(api)
  await addBooks(api)
  await addRefusedMail(api, await addPerson(api, 'refusing@example.org'), 20)
  afterAll(() => api[Symbol.asyncDispose]())

  let before = await fingerprint(api.store)

  const check = async (attempt: TrpcAttempt): Promise<CheckResult> => {
    const headers = { ...callers.headers(attempt.caller), ...attempt.headers }
    const answer = await api.send({ ...attempt, headers })
    const result = checkTrpcAnswer(procedures, attempt, answer)
    const changes = result.succeeded.some((name) => !queries.has(name))
    if (changes) {
      await callers.restore()
      await dispatched(api)
    }
    const after = await fingerprint(api.store)
    const wrong = [...result.wrong]
    if (!changes) wrong.push(...changedTables(before, after).map((table) => `changed ${table}`))
    before = after
    if (wrong.length > 0) throw new Error(`${answer.status} ${shorten(answer.text)}\n- ${wrong.join('\n- ')}`)
    return result
  }

  describe(`fuzzed requests to tRPC, on ${engine.name}`, () => {
    test.each(procedures)(
      '$name responds as its schemas say, and a refusal changes nothing',
      async (procedure) => {
        let succeeded = 0
        const refused = new Set<string>()
        await fc.assert(
          fc.asyncProperty(singleCalls(procedure), async (attempt) => {
            const result = await check(attempt)
            succeeded += result.succeeded.length
            for (const reason of result.refused) refused.add(reason)
          }),
          fuzzing,
        )
        // The requests must include both accepted and rejected ones; otherwise the test is void.
        // No random token is that of a link, so those are all rejected.
        const takesLink = Object.hasOwn(procedure.input?.properties ?? {}, 'token')
        expect(takesLink ? refused.has('AUTH_LINK_INVALID') : succeeded > 0).toBe(true)
        expect(refused).toContain(procedure.input === null ? 'METHOD_NOT_ALLOWED' : 'VALIDATION_ERROR')
      },
      FUZZ_TIMEOUT_MS,
    )

    test(
      'the calls of a batch are independent, and a batch of refusals changes nothing',
      async () => {
        const refused = new Set<string>()
        let mixed = 0
        await fc.assert(
          fc.asyncProperty(batches(procedures), async (attempt) => {
            const result = await check(attempt)
            if (result.succeeded.length > 0 && result.refused.length > 0) mixed += 1
            for (const reason of result.refused) refused.add(reason)
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

    test('the prototype of all objects is unchanged', () => {
      expect(Reflect.ownKeys(Object.prototype)).toEqual(prototypeKeys)
    })
  })
}
