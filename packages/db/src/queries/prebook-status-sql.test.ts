import {
  cancelledBy,
  prebookNotifiedAt,
  prebookStatus,
  type CancelledFrom,
  type PrebookFacts,
} from '@prebook/core'
import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { engines } from '../testing/index.ts'
import { addBook, addClosedWaitlist, addPrebook, addUser, addWaitlist } from '../testing/rows.ts'
import { cancelledBySql, prebookStatusSql, waitedUntilClosedSql } from './prebook-status-sql.ts'
import { listPrebooks } from './prebooks.ts'

const times = [null, 0, 1, 1_772_357_400_123]
const facts: PrebookFacts[] = times.flatMap((cancelledAt) =>
  ([null, 'waiting', 'notified'] as const).flatMap((cancelledFrom) =>
    times.flatMap((waitlistWithdrawnAt) =>
      times.map((waitlistNotifiedAt) => ({
        cancelledAt,
        cancelledFrom,
        waitlistWithdrawnAt,
        waitlistNotifiedAt,
      })),
    ),
  ),
)

/** A literal with the type of a column, not a parameter of unknown type. */
function literal(value: number | null) {
  return sql<number | null>`cast(${value === null ? sql`null` : sql.lit(value)} as bigint)`
}

describe.each(engines)('the status of a prebook on $name', (engine) => {
  test('matches core for every combination of facts', async () => {
    await using database = await engine.create()
    const statuses = await database.store.read((reader) =>
      Promise.all(
        facts.map(async ({ cancelledAt, waitlistWithdrawnAt, waitlistNotifiedAt }) => {
          const row = {
            cancelledAt: literal(cancelledAt),
            waitlistWithdrawnAt: literal(waitlistWithdrawnAt),
            waitlistNotifiedAt: literal(waitlistNotifiedAt),
          }
          const { rows } = await sql`
            select ${prebookStatusSql(row)} as status, ${cancelledBySql(row)} as by`.execute(reader)
          return rows[0]
        }),
      ),
    )
    expect(facts).toHaveLength(192)
    expect(statuses).toEqual(facts.map((fact) => ({ status: prebookStatus(fact), by: cancelledBy(fact) })))
  })

  test('matches core about who was notified, for every combination that the schema allows', async () => {
    await using database = await engine.create()
    const closed = facts.filter(
      ({ cancelledAt, cancelledFrom, waitlistWithdrawnAt, waitlistNotifiedAt }) =>
        waitlistWithdrawnAt === null &&
        waitlistNotifiedAt !== null &&
        (cancelledAt === null) === (cancelledFrom === null),
    )
    const notified = await database.store.read((reader) =>
      Promise.all(
        closed.map(async ({ cancelledAt, cancelledFrom }) => {
          const row = {
            cancelledAt: literal(cancelledAt),
            cancelledFrom: sql<CancelledFrom | null>`cast(${sql.lit(cancelledFrom)} as text)`,
          }
          // Tested as a condition, because the engines return false and NULL differently.
          const { rows } = await sql`select 1 where ${waitedUntilClosedSql(row)}`.execute(reader)
          return rows.length === 1
        }),
      ),
    )
    expect(closed).toHaveLength(21)
    expect(notified).toEqual(closed.map((fact) => prebookNotifiedAt(fact) !== null))
  })

  test('matches core for every prebook that the schema allows', async () => {
    await using database = await engine.create()
    const user = await database.store.write(async (tx) => {
      const user_id = await addUser(tx)
      const book = await addBook(tx)
      const open = await addWaitlist(tx, { book_id: book })
      const closed = [await addClosedWaitlist(tx, book, 0), await addClosedWaitlist(tx, book, 7)]
      const withdrawn = [
        await addWaitlist(tx, { book_id: book, withdrawn_at: 0 }),
        await addWaitlist(tx, { book_id: book, withdrawn_at: 8 }),
      ]
      for (const waitlist_id of [open, ...closed, ...withdrawn]) {
        await addPrebook(tx, { waitlist_id, user_id })
        for (const cancelled_from of ['waiting', 'notified'] as const) {
          for (const cancelled_at of [0, 9]) {
            await addPrebook(tx, { waitlist_id, user_id, cancelled_at, cancelled_from })
          }
        }
      }
      return user_id
    })

    const page = { userId: user, beforeId: null, limit: 100 }
    const all = await database.store.read((reader) => listPrebooks(reader, { ...page, status: undefined }))
    expect(all).toHaveLength(25)
    for (const status of ['waiting', 'notified', 'cancelled'] as const) {
      const listed = await database.store.read((reader) => listPrebooks(reader, { ...page, status }))
      expect(listed).toEqual(all.filter((row) => prebookStatus(row) === status))
      expect(listed).not.toHaveLength(0)
    }
  })
})
