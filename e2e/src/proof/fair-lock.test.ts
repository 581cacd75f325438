import { WAIT_MS, bound } from '@prebook/testing/bounds'
import { describe, expect, test, vi } from 'vitest'
import { spawnApi } from '@prebook/testing/api'
import { isPrebookError, type PrebookClient } from '@prebook/client'
import { postgres } from './engines.ts'
import { clientOf, makeAdmins, makeBooks, makeReaders, proofEnv } from './people.ts'

const READERS = 32
const RESTOCKS = 10
/**
 * How many pre-bookings may be taken, on average, between the sending of a restock and its answer: whoever was on the way
 * before it, about ten. Where newcomers overtake who waits for the lock, it is seventy and more, however fast the machine.
 */
const OVERTAKING = 40

// SQLite promises no order to those who wait for the file; a server's lock on the book does.
describe.skipIf(!postgres.available)('the lock on a book, on postgres', () => {
  test(
    'lets a restock in although pre-bookings for the book stream in through two processes, and them after it',
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

      const stream = { ended: false, taken: 0 }
      const joinAndLeave = async (client: PrebookClient) => {
        while (!stream.ended) {
          try {
            const { id: prebookId } = await client.prebooks.create.mutate({ bookId })
            stream.taken += 1
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
        // Kept waiting for longer than five seconds it would be refused with STORE_BUSY, which would end the test here.
        const change = await admins[index % 2]?.stock.set.mutate({ bookId, quantity })
        waits.push(performance.now() - begun)
        return change
      }
      try {
        for (let restock = 0; restock < RESTOCKS; restock += 1) {
          const before = stream.taken
          await vi.waitUntil(() => stream.taken >= before + READERS, { timeout: WAIT_MS, interval: 2 })
          const sent = stream.taken
          expect((await setStock(1, restock))?.transition).toBe('restocked')
          overtook += stream.taken - sent
          expect((await setStock(0, restock + 1))?.transition).toBe('sold-out')
        }
      } finally {
        stream.ended = true
        await streaming
      }
      const [longest = 0] = waits.toSorted((a, b) => b - a)
      process.stdout.write(
        `${waits.length} changes of stock while ${stream.taken} pre-bookings streamed in, ${overtook} of them while a restock waited: the longest waited ${Math.round(longest)} ms\n`,
      )
      expect(overtook / RESTOCKS).toBeLessThan(OVERTAKING)
      expect(await database.findImpossible()).toEqual([])
    },
  )
})
