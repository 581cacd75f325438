import { WAIT_MS, bound } from '@prebook/testing/bounds'
import { describe, expect, test, vi } from 'vitest'
import { spawnApi } from '@prebook/testing/api'
import { isPrebookError, type PrebookClient } from '@prebook/client'
import { postgres } from './engines.ts'
import { clientOf, makeAdmins, makeBooks, makeReaders, proofEnv } from './people.ts'

const READERS = 32
const RESTOCKS = 10
/**
 * The average number of pre-bookings accepted between the sending of a restock and its response. About ten were in progress
 * before it. If newcomers could overtake the waiting restock, it would be seventy or more, on any machine.
 */
const MAX_OVERTAKING = 40

// SQLite does not order the waiters for the file. PostgreSQL's lock on the book does.
describe.skipIf(!postgres.available)('the lock on a book, on postgres', () => {
  test(
    'admits a restock while pre-bookings for the book stream in through two processes, and admits those after it',
    { timeout: bound(360_000) },
    async () => {
      await using database = await postgres.create()
      const { databaseUrl } = database
      await using one = await spawnApi({ databaseUrl, env: proofEnv })
      await using other = await spawnApi({ databaseUrl, env: proofEnv })
      const [admin] = await makeAdmins(one, 1)
      if (admin === undefined) throw new Error('There is no admin.')
      const admins = [one, other].map(({ url }) => clientOf(url, admin))
      const readers = await makeReaders(one.url, READERS)
      const [bookId = 0] = await makeBooks(clientOf(one.url, admin), 1)

      const stream = { ended: false, accepted: 0 }
      const joinAndLeave = async (client: PrebookClient) => {
        while (!stream.ended) {
          try {
            const { id: prebookId } = await client.prebooks.create.mutate({ bookId })
            stream.accepted += 1
            await client.prebooks.cancel.mutate({ prebookId })
          } catch (error) {
            if (!isPrebookError(error, 'PREBOOK_BOOK_IN_STOCK')) throw error
          }
        }
      }
      const streaming = Promise.all(
        readers.map((reader, index) => joinAndLeave(clientOf(index % 2 === 0 ? one.url : other.url, reader))),
      )

      const waits: number[] = []
      let overtook = 0
      const setStock = async (quantity: number, index: number) => {
        const begun = performance.now()
        // After five seconds of waiting it would fail with STORE_BUSY, which would end the test here.
        const change = await admins[index % 2]?.stock.set.mutate({ bookId, quantity })
        waits.push(performance.now() - begun)
        return change
      }
      try {
        for (let restock = 0; restock < RESTOCKS; restock += 1) {
          const before = stream.accepted
          await vi.waitUntil(() => stream.accepted >= before + READERS, { timeout: WAIT_MS, interval: 2 })
          const sent = stream.accepted
          expect((await setStock(1, restock))?.transition).toBe('restocked')
          overtook += stream.accepted - sent
          expect((await setStock(0, restock + 1))?.transition).toBe('sold-out')
        }
      } finally {
        stream.ended = true
        await streaming
      }
      const [longest = 0] = waits.toSorted((a, b) => b - a)
      process.stdout.write(
        `${waits.length} stock changes while ${stream.accepted} pre-bookings streamed in, ${overtook} of them while a restock waited: the longest waited ${Math.round(longest)} ms\n`,
      )
      expect(overtook / RESTOCKS).toBeLessThan(MAX_OVERTAKING)
      expect(await database.findViolations()).toEqual([])
    },
  )
})
