import { bound } from '@prebook/testing/bounds'
import { describe, expect, test } from 'vitest'
import { spawnApi } from '@prebook/testing/api'
import { until } from '../testing/processes.ts'
import { request } from '../testing/http-request.ts'
import { engines } from './engines.ts'
import { clientOf, makeAdmins, makeBooks, proofEnv } from './people.ts'

const LINES = 500
const BAD = 30
const GOOD = LINES - BAD

describe.each(engines.filter(({ available }) => available))('on $name', (engine) => {
  test(
    `a batch of ${LINES} lines with ${BAD} bad ones, killed in the middle and sent again, counts each line once`,
    { timeout: bound(240_000) },
    async () => {
      await using database = await engine.create()
      const options = { databaseUrl: database.databaseUrl, env: proofEnv }
      const count = async (): Promise<number> => {
        const [row] = await database.rows('select count(*) as n from stock_movements where delta = 3')
        return Number(row?.['n'])
      }
      await using killed = await spawnApi(options)
      const [admin] = await makeAdmins(killed, 1)
      if (admin === undefined) throw new Error('There is no admin.')
      const bookIds = await makeBooks(clientOf(killed.url, admin), GOOD)
      const bad = [
        { book_id: 999_999, delta: 3 },
        { isbn: 'x', delta: 3 },
        { book_id: bookIds[0], delta: -9 },
      ]
      // One in about sixteen lines is bad.
      const lines = Array.from({ length: LINES }, (_, index) => {
        const badBefore = Math.floor((index * BAD) / LINES)
        const isBad = Math.floor(((index + 1) * BAD) / LINES) > badBefore
        return isBad ? bad[badBefore % bad.length] : { book_id: bookIds[index - badBefore], delta: 3 }
      })
      const send = (url: string) =>
        request(url, 'POST', '/stock/batch', {
          token: admin.token,
          body: { lines },
          headers: { 'idempotency-key': 'delivery-1' },
        })

      const cutOff = send(killed.url).catch((error: unknown) => error)
      await until('some lines are committed', async () => (await count()) > 0)
      await killed.stop('SIGKILL')
      expect(await cutOff).toBeInstanceOf(Error)
      const applied = await count()
      expect(applied).toBeGreaterThan(0)
      expect(applied).toBeLessThan(GOOD)
      expect(await database.findViolations()).toEqual([])

      await using api = await spawnApi(options)
      const answer = await send(api.url)
      const { outcomes } = answer.body as { outcomes: { status: string; quantity_after?: number }[] }
      expect(answer.status).toBe(200)
      expect(answer.headers.get('idempotency-replayed')).toBeNull()
      const counts = Object.groupBy(outcomes, ({ status }) => status)
      expect([counts['changed']?.length, counts['refused']?.length]).toEqual([GOOD, BAD])
      expect(new Set(counts['changed']?.map((each) => each.quantity_after))).toEqual(new Set([3]))
      expect(await count()).toBe(GOOD)
      expect(await database.findViolations()).toEqual([])

      const again = await send(api.url)
      expect([again.text, again.headers.get('idempotency-replayed')]).toEqual([answer.text, 'true'])
      expect(await count()).toBe(GOOD)
    },
  )
})
