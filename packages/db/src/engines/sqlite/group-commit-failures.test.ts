import { WAIT } from '@prebook/testing/bounds'
import { setImmediate as turn } from 'node:timers/promises'
import { PrebookError } from '@prebook/core'
import Sqlite from 'better-sqlite3'
import { describe, expect, test, vi } from 'vitest'
import { add, addAndThrow, openHooked, outcome } from '../../testing/hooked-sqlite.ts'

const isBusy = expect.objectContaining({ status: 'rejected', reason: expect.any(PrebookError) })

describe('when the commit fails', () => {
  test('every write gets STORE_BUSY, nothing is committed or published, and the next one succeeds', async () => {
    await using database = await openHooked()
    const { store, hooks, other, names } = database
    const fault = new Sqlite.SqliteError('disk I/O error', 'SQLITE_IOERR_FSYNC')
    hooks.commit = () => {
      throw fault
    }
    const received: unknown[] = []
    store.listen((event) => received.push(event))
    const outcomes = await Promise.allSettled([
      store.write(add('ann'), () => ({ kind: 'user', userId: 1 })),
      store.write(addAndThrow('gone', new Error('no'))),
      store.write(add('bob')),
    ])
    expect(outcomes).toEqual([isBusy, isBusy, isBusy])
    expect(outcomes.map(outcome)).toEqual(
      outcomes.map(() => expect.objectContaining({ reason: 'STORE_BUSY', cause: fault })),
    )
    expect([names(), received]).toEqual([[], []])
    // No lock is left.
    other.exec('begin immediate; rollback')
    delete hooks.commit
    await store.write(add('cat'))
    expect(names()).toEqual(['cat'])
  })

  test('and the rollback fails too, the next transaction still begins, without the rows', async () => {
    await using database = await openHooked()
    const { store, hooks, names } = database
    hooks.commit = () => {
      hooks.rollback = () => {
        delete hooks.rollback
        throw new Error('busy executing a query')
      }
      throw new Sqlite.SqliteError('disk I/O error', 'SQLITE_IOERR')
    }
    const outcomes = await Promise.allSettled([store.write(add('ann')), store.write(add('bob'))])
    expect(outcomes).toEqual([isBusy, isBusy])
    delete hooks.commit
    await store.write(add('cat'))
    expect(names()).toEqual(['cat'])
  })
})

describe('when SQLite rolls back on its own', () => {
  // It may do so on a full or failing disk. Here a trigger causes it.
  const rollBack = (writer: Sqlite.Database) =>
    writer.exec(
      `create temp trigger fall before insert on main.users when new.email like 'fall%'
       begin select raise(rollback, 'the transaction falls'); end`,
    )

  test('every write of the transaction gets STORE_BUSY, and later writes are not affected', async () => {
    await using database = await openHooked({ limits: { batchWrites: 4 } })
    const { store, writer, names } = database
    rollBack(writer)
    const outcomes = await Promise.allSettled([
      store.write(add('ann')),
      store.write(addAndThrow('gone', new Error('no'))),
      store.write(add('fall')),
      store.write(add('bob')),
      store.write(add('cat')),
    ])
    const fell = expect.objectContaining({ message: 'the transaction falls' })
    const isLost = expect.objectContaining({ reason: 'STORE_BUSY', cause: fell })
    expect(outcomes.slice(0, 3).map(outcome)).toEqual([isLost, isLost, isLost])
    expect(outcomes.slice(3).map(outcome)).toEqual(['fulfilled', 'fulfilled'])
    expect(names()).toEqual(['bob', 'cat'])
  })

  test('a write that ignores the error cannot continue, and fails', async () => {
    await using database = await openHooked()
    const { store, writer, names } = database
    rollBack(writer)
    const refused: unknown[] = []
    const outcomes = await Promise.allSettled([
      store.write(add('ann')),
      store.write(async (tx) => {
        await add('fall')(tx).catch(() => {})
        await add('alone')(tx).catch((error: unknown) => refused.push(error))
      }),
    ])
    expect(outcomes).toEqual([isBusy, isBusy])
    expect(refused).toEqual([expect.objectContaining({ message: expect.stringContaining('rolled back') })])
    expect(names()).toEqual([])
  })

  test('a savepoint that cannot be rolled back fails the whole transaction', async () => {
    await using database = await openHooked()
    const { store, hooks, names } = database
    hooks.rollbackToSavepoint = () => {
      throw new Sqlite.SqliteError('disk I/O error', 'SQLITE_IOERR')
    }
    const outcomes = await Promise.allSettled([
      store.write(add('ann')),
      store.write(addAndThrow('gone', new Error('no'))),
    ])
    expect(outcomes).toEqual([isBusy, isBusy])
    delete hooks.rollbackToSavepoint
    await store.write(add('bob'))
    expect(names()).toEqual(['bob'])
  })
})

const endedError = expect.objectContaining({ message: expect.stringContaining('after its write had ended') })

describe('a write that awaits something other than its own queries', () => {
  test('fails with an explanation and is rolled back alone, and the others succeed', async () => {
    await using database = await openHooked({ limits: { writeMs: 50 } })
    const { store, names } = database
    const late = Promise.withResolvers<void>()
    const queries: unknown[] = []
    const outcomes = await Promise.allSettled([
      store.write(add('ann')),
      store.write(async (tx) => {
        await add('stalled')(tx)
        await late.promise
        await add('too-late')(tx).catch((error: unknown) => queries.push(error))
      }),
      store.write(add('bob')),
    ])
    expect(outcomes.map(outcome)).toEqual([
      'fulfilled',
      expect.objectContaining({ message: expect.stringContaining('must await only its own queries') }),
      'fulfilled',
    ])
    late.resolve()
    await vi.waitUntil(() => queries.length > 0, WAIT)
    expect(queries).toEqual([endedError])
    expect(names()).toEqual(['ann', 'bob'])
  })

  test('or leaves a query behind, never runs it as part of another write', async () => {
    await using database = await openHooked()
    const { store, names } = database
    const queries: unknown[] = []
    const outcomes = await Promise.allSettled([
      store.write(async (tx) => {
        void turn()
          .then(() => add('left-behind')(tx))
          .catch((error: unknown) => queries.push(error))
      }),
      store.write(async (tx) => {
        await turn()
        await turn()
        return add('ann')(tx)
      }),
    ])
    expect(outcomes.map(outcome)).toEqual(['fulfilled', 'fulfilled'])
    expect(queries).toEqual([endedError])
    expect(names()).toEqual(['ann'])
  })
})
