import { WAIT } from '@prebook/testing/bounds'
import { AsyncLocalStorage } from 'node:async_hooks'
import { setImmediate as turn } from 'node:timers/promises'
import { PrebookError } from '@prebook/core'
import Sqlite from 'better-sqlite3'
import type { DatabaseConnection } from 'kysely'
import { describe, expect, test, vi } from 'vitest'
import type { Tx } from '../../database.ts'
import type { ChangeEvent } from '../../store.ts'
import { addUser } from '../../testing/rows.ts'
import { openSqlite, type OpenSqliteOptions } from './open-sqlite.ts'
import { ImmediateDriver, ImmediateSqliteDialect } from './sqlite-dialect.ts'
import { temporaryFolder } from '../../testing/temporary-folder.ts'

/** Callbacks before the statements that end a transaction. */
type Hooks = { commit?: () => void; rollback?: () => void; rollbackToSavepoint?: () => void }

class HookedDriver extends ImmediateDriver {
  readonly hooks: Hooks

  constructor(database: Sqlite.Database, hooks: Hooks) {
    super(database)
    this.hooks = hooks
  }

  override async commitTransaction(connection: DatabaseConnection): Promise<void> {
    this.hooks.commit?.()
    await super.commitTransaction(connection)
  }

  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    this.hooks.rollback?.()
    await super.rollbackTransaction(connection)
  }

  override async rollbackToSavepoint(connection: DatabaseConnection): Promise<void> {
    this.hooks.rollbackToSavepoint?.()
    await super.rollbackToSavepoint(connection)
  }
}

class HookedDialect extends ImmediateSqliteDialect {
  readonly #database: Sqlite.Database
  readonly #hooks: Hooks

  constructor(database: Sqlite.Database, hooks: Hooks) {
    super(database)
    this.#database = database
    this.#hooks = hooks
  }

  override createDriver(): ImmediateDriver {
    return new HookedDriver(this.#database, this.#hooks)
  }
}

/** A store on a real file, its write connection, and a second connection that stands for another process. */
async function openHooked(options: OpenSqliteOptions = {}) {
  const disposables = new AsyncDisposableStack()
  const folder = disposables.use(await temporaryFolder())
  const hooks: Hooks = {}
  let writer: Sqlite.Database | undefined
  const open = () =>
    openSqlite(folder.path('prebook.db'), {
      dialect(database) {
        writer = database
        return new HookedDialect(database, hooks)
      },
      ...options,
      // A slow machine must not cause a second transaction.
      limits: { batchMs: 60_000, ...options.limits },
    })
  const store = disposables.adopt(await open(), (it) => it.close())
  if (writer === undefined) throw new Error('No connection was opened.')
  const other = disposables.adopt(new Sqlite(folder.path('prebook.db')), (it) => void it.close())
  const committed = other.prepare('select email from users order by id').pluck()
  let commits = 0
  hooks.commit = () => void (commits += 1)
  return {
    store,
    hooks,
    writer,
    other,
    /** The names of the committed rows, in the order in which they were added. */
    names: () => committed.all().map((email) => String(email).split('@')[0]),
    commits: () => commits,
    [Symbol.asyncDispose]: () => disposables.disposeAsync(),
  }
}

const add = (name: string) => (tx: Tx) => addUser(tx, { email: `${name}@example.org` })

const addAndThrow = (name: string, error: Error) => async (tx: Tx) => {
  await add(name)(tx)
  throw error
}

const isBusy = expect.objectContaining({ status: 'rejected', reason: expect.any(PrebookError) })
const outcome = ({ status, ...rest }: PromiseSettledResult<unknown>) =>
  status === 'fulfilled' ? status : ((rest as { reason: Error }).reason as Error & { reason?: string })

describe('concurrent writes', () => {
  test('share one commit, in the order of their arrival', async () => {
    await using database = await openHooked()
    const { store, names, commits } = database
    const all = Array.from({ length: 20 }, (_, index) => `reader-${index}`)
    await Promise.all(all.map((name) => store.write(add(name))))
    expect([names(), commits()]).toEqual([all, 1])
  })

  test('in one turn of the event loop share a commit, like requests on several connections', async () => {
    await using database = await openHooked()
    const { store, names, commits } = database
    const arrive = (name: string) => turn().then(() => store.write(add(name)))
    await Promise.all(['ann', 'bob', 'cat'].map((name) => arrive(name)))
    expect([names(), commits()]).toEqual([['ann', 'bob', 'cat'], 1])
  })

  test('that follow one another have a commit each', async () => {
    await using database = await openHooked()
    const { store, names, commits } = database
    for (const name of ['ann', 'bob', 'cat']) {
      await store.write(add(name))
      expect(names()).toContain(name)
    }
    expect(commits()).toBe(3)
  })

  test('join the open transaction, or the next one during a commit', async () => {
    await using database = await openHooked()
    const { store, hooks, names, commits } = database
    const count = hooks.commit
    let late: Promise<unknown> | undefined
    hooks.commit = () => {
      count?.()
      late ??= store.write(add('during-commit'))
    }
    const entered = Promise.withResolvers<void>()
    const released = Promise.withResolvers<void>()
    const first = store.write(async (tx) => {
      entered.resolve()
      await released.promise
      await add('first')(tx)
    })
    await entered.promise
    const joined = store.write(add('joined'))
    released.resolve()
    await Promise.all([first, joined])
    expect([names(), commits()]).toEqual([['first', 'joined'], 1])
    await late
    expect([names(), commits()]).toEqual([['first', 'joined', 'during-commit'], 2])
  })

  test('see the rows of earlier writes', async () => {
    await using database = await openHooked()
    const { store } = database
    const count = (tx: Tx) => tx.selectFrom('users').select('id').execute()
    const [, seen] = await Promise.all([store.write(add('ann')), store.write(count)])
    expect(seen).toHaveLength(1)
  })

  test('fail alone: only the rows of the failed write are rolled back', async () => {
    await using database = await openHooked()
    const { store, names, commits } = database
    const fault = new Error('no')
    const outcomes = await Promise.allSettled([
      store.write(add('ann')),
      store.write(addAndThrow('gone', fault)),
      store.write(add('bob')),
      store.write(add('ann')),
      store.write(add('cat')),
    ])
    expect(outcomes.map(outcome)).toEqual([
      'fulfilled',
      fault,
      'fulfilled',
      expect.objectContaining({ name: 'UniqueViolation' }),
      'fulfilled',
    ])
    expect([names(), commits()]).toEqual([['ann', 'bob', 'cat'], 1])
  })

  test('are answered after the commit, including rejected ones, and so are their events', async () => {
    await using database = await openHooked()
    const { store, hooks, names } = database
    const happened: string[] = []
    hooks.commit = () => void happened.push('commit')
    store.listen((event) =>
      happened.push(`event ${'userId' in event ? event.userId : ''}: ${names().join(' ')}`),
    )
    const eventFor = (userId: number) => (): ChangeEvent => ({ kind: 'user', userId })
    const log = (what: string) => () => void happened.push(what)
    await Promise.all([
      store.write(add('ann'), eventFor(1)).then(log('ann')),
      store.write(addAndThrow('gone', new Error('no')), eventFor(2)).catch(log('refused')),
      store.write(add('bob'), eventFor(3)).then(log('bob')),
    ])
    expect(happened[0]).toBe('commit')
    expect(happened.filter((what) => what.startsWith('event'))).toEqual([
      'event 1: ann bob',
      'event 3: ann bob',
    ])
    expect(happened.filter((what) => /^[a-z]+$/.test(what)).toSorted()).toEqual([
      'ann',
      'bob',
      'commit',
      'refused',
    ])
  })

  test('are visible to reads only after the commit', async () => {
    await using database = await openHooked()
    const { store, hooks } = database
    const read = () => store.read((reader) => reader.selectFrom('users').select('id').execute())
    const seen: Promise<unknown[]>[] = []
    hooks.commit = () => void seen.push(read())
    const inside = store.write(async (tx) => {
      await add('ann')(tx)
      return read()
    })
    const [before] = await Promise.all([inside, store.write(add('bob'))])
    expect(before).toEqual([])
    expect(await read()).toHaveLength(2)
  })

  test('reject a write inside a write, and roll back only that one', async () => {
    await using database = await openHooked()
    const { store, names } = database
    const outcomes = await Promise.allSettled([
      store.write(add('ann')),
      store.write(async (tx) => {
        await add('outer')(tx)
        await store.write(add('inner'))
      }),
      store.write(add('bob')),
    ])
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(names()).toEqual(['ann', 'bob'])
  })

  test('run in the async context of their caller', async () => {
    await using database = await openHooked()
    const caller = new AsyncLocalStorage<string>()
    const callers = ['ann', 'bob', 'cat'].map((name) =>
      caller.run(name, () => database.store.write(async () => caller.getStore())),
    )
    expect(await Promise.all(callers)).toEqual(['ann', 'bob', 'cat'])
  })

  test('finish before the store closes', async () => {
    await using database = await openHooked()
    const { store, names } = database
    const all = Promise.all(['ann', 'bob', 'cat'].map((name) => store.write(add(name))))
    await store.close()
    await all
    expect(names()).toEqual(['ann', 'bob', 'cat'])
  })
})

describe('a transaction', () => {
  test('takes no more writes than its limit', async () => {
    await using database = await openHooked({ limits: { batchWrites: 8, batchMs: 60_000 } })
    const { store, names, commits } = database
    const all = Array.from({ length: 20 }, (_, index) => `reader-${index}`)
    await Promise.all(all.map((name) => store.write(add(name))))
    expect([names(), commits()]).toEqual([all, 3])
  })

  test('takes at least one write, and none after its time', async () => {
    await using database = await openHooked({ limits: { batchMs: 0 } })
    const { store, names, commits } = database
    await Promise.all(['ann', 'bob', 'cat'].map((name) => store.write(add(name))))
    expect([names(), commits()]).toEqual([['ann', 'bob', 'cat'], 3])
  })

  test('yields to the event loop before the next one', async () => {
    await using database = await openHooked({ limits: { batchWrites: 1 } })
    const { store, hooks } = database
    const happened: string[] = []
    hooks.commit = () => {
      happened.push('commit')
      setImmediate(() => happened.push('turn'))
    }
    await Promise.all(['ann', 'bob', 'cat'].map((name) => store.write(add(name))))
    expect(happened.slice(0, 5)).toEqual(['commit', 'turn', 'commit', 'turn', 'commit'])
  })
})

describe('too many writes', () => {
  test('are rejected with STORE_BUSY when the queue is full, and the others succeed', async () => {
    await using database = await openHooked({ limits: { queueWrites: 3 } })
    const { store, names } = database
    const outcomes = await Promise.allSettled(
      ['ann', 'bob', 'cat', 'dan', 'eve'].map((name) => store.write(add(name))),
    )
    expect(outcomes.slice(3).map(outcome)).toEqual([
      expect.objectContaining({ reason: 'STORE_BUSY', retryAfterSeconds: 1 }),
      expect.objectContaining({ reason: 'STORE_BUSY', retryAfterSeconds: 1 }),
    ])
    expect(names()).toEqual(['ann', 'bob', 'cat'])
    await store.write(add('fay'))
    expect(names()).toContain('fay')
  })
})

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

describe('while another process holds the lock', () => {
  test('writes keep their order and are committed together, each within its own time', async () => {
    await using database = await openHooked({ lockWaitMs: 25_000 })
    const { store, other, names, commits } = database
    other.exec('begin immediate')
    const writing = ['ann', 'bob'].map((name) => store.write(add(name)))
    await turn()
    writing.push(store.write(add('cat')))
    await turn()
    other.exec('commit')
    await Promise.all(writing)
    expect([names(), commits()]).toEqual([['ann', 'bob', 'cat'], 1])
  })

  test('a write that waited too long fails, and later writes still wait', async () => {
    await using database = await openHooked({ lockWaitMs: 300 })
    const { store, other, names } = database
    other.exec('begin immediate')
    let waits = true
    const early = store.write(add('early')).finally(() => (waits = false))
    const started = performance.now()
    while (performance.now() - started < 200) await turn()
    const late = store.write(add('late'))
    await expect(early).rejects.toMatchObject({ reason: 'STORE_BUSY', cause: { code: 'SQLITE_BUSY' } })
    expect(waits).toBe(false)
    other.exec('commit')
    await late
    expect(names()).toEqual(['late'])
  })
})
