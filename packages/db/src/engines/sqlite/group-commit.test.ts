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

/** What a test does around the statements that end a transaction. */
type Watch = { commit?: () => void; rollback?: () => void; rollbackToSavepoint?: () => void }

class WatchedDriver extends ImmediateDriver {
  readonly watch: Watch

  constructor(database: Sqlite.Database, watch: Watch) {
    super(database)
    this.watch = watch
  }

  override async commitTransaction(connection: DatabaseConnection): Promise<void> {
    this.watch.commit?.()
    await super.commitTransaction(connection)
  }

  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    this.watch.rollback?.()
    await super.rollbackTransaction(connection)
  }

  override async rollbackToSavepoint(connection: DatabaseConnection): Promise<void> {
    this.watch.rollbackToSavepoint?.()
    await super.rollbackToSavepoint(connection)
  }
}

class WatchedDialect extends ImmediateSqliteDialect {
  readonly #database: Sqlite.Database
  readonly #watch: Watch

  constructor(database: Sqlite.Database, watch: Watch) {
    super(database)
    this.#database = database
    this.#watch = watch
  }

  override createDriver(): ImmediateDriver {
    return new WatchedDriver(this.#database, this.#watch)
  }
}

/** A store on a real file, the connection that it writes with, and another process's view of the file. */
async function watched(options: OpenSqliteOptions = {}) {
  const disposables = new AsyncDisposableStack()
  const folder = disposables.use(await temporaryFolder())
  const watch: Watch = {}
  let writer: Sqlite.Database | undefined
  const open = () =>
    openSqlite(folder.path('prebook.db'), {
      dialect(database) {
        writer = database
        return new WatchedDialect(database, watch)
      },
      ...options,
      // A slow machine is no reason for a second transaction.
      limits: { batchMs: 60_000, ...options.limits },
    })
  const store = disposables.adopt(await open(), (it) => it.close())
  if (writer === undefined) throw new Error('No connection was opened.')
  const other = disposables.adopt(new Sqlite(folder.path('prebook.db')), (it) => void it.close())
  const committed = other.prepare('select email from users order by id').pluck()
  let commits = 0
  watch.commit = () => void (commits += 1)
  return {
    store,
    watch,
    writer,
    other,
    /** Whose rows are committed, in the order in which they were added. */
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

describe('writes that come together', () => {
  test('share one commit, in the order of their arrival', async () => {
    await using database = await watched()
    const { store, names, commits } = database
    const all = Array.from({ length: 20 }, (_, index) => `reader-${index}`)
    await Promise.all(all.map((name) => store.write(add(name))))
    expect([names(), commits()]).toEqual([all, 1])
  })

  test('in one turn of the event loop share a commit, as requests do that arrive on several connections', async () => {
    await using database = await watched()
    const { store, names, commits } = database
    const arrive = (name: string) => turn().then(() => store.write(add(name)))
    await Promise.all(['ann', 'bob', 'cat'].map((name) => arrive(name)))
    expect([names(), commits()]).toEqual([['ann', 'bob', 'cat'], 1])
  })

  test('one after another have a commit each', async () => {
    await using database = await watched()
    const { store, names, commits } = database
    for (const name of ['ann', 'bob', 'cat']) {
      await store.write(add(name))
      expect(names()).toContain(name)
    }
    expect(commits()).toBe(3)
  })

  test('join a transaction that is open, or the next, while it is being committed', async () => {
    await using database = await watched()
    const { store, watch, names, commits } = database
    const count = watch.commit
    let late: Promise<unknown> | undefined
    watch.commit = () => {
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

  test('see what those before them wrote', async () => {
    await using database = await watched()
    const { store } = database
    const count = (tx: Tx) => tx.selectFrom('users').select('id').execute()
    const [, seen] = await Promise.all([store.write(add('ann')), store.write(count)])
    expect(seen).toHaveLength(1)
  })

  test('fail alone: what a neighbour did before and after stands, and nothing of theirs', async () => {
    await using database = await watched()
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

  test('are answered after the commit, the refused too, and news come after it as well', async () => {
    await using database = await watched()
    const { store, watch, names } = database
    const happened: string[] = []
    watch.commit = () => void happened.push('commit')
    store.listen((news) => happened.push(`news ${'userId' in news ? news.userId : ''}: ${names().join(' ')}`))
    const tell = (userId: number) => (): ChangeEvent => ({ kind: 'user', userId })
    const say = (what: string) => () => void happened.push(what)
    await Promise.all([
      store.write(add('ann'), tell(1)).then(say('ann')),
      store.write(addAndThrow('gone', new Error('no')), tell(2)).catch(say('refused')),
      store.write(add('bob'), tell(3)).then(say('bob')),
    ])
    expect(happened[0]).toBe('commit')
    expect(happened.filter((what) => what.startsWith('news'))).toEqual(['news 1: ann bob', 'news 3: ann bob'])
    expect(happened.filter((what) => /^[a-z]+$/.test(what)).toSorted()).toEqual([
      'ann',
      'bob',
      'commit',
      'refused',
    ])
  })

  test('are seen by reads only after the commit', async () => {
    await using database = await watched()
    const { store, watch } = database
    const read = () => store.read((reader) => reader.selectFrom('users').select('id').execute())
    const seen: Promise<unknown[]>[] = []
    watch.commit = () => void seen.push(read())
    const inside = store.write(async (tx) => {
      await add('ann')(tx)
      return read()
    })
    const [before] = await Promise.all([inside, store.write(add('bob'))])
    expect(before).toEqual([])
    expect(await read()).toHaveLength(2)
  })

  test('refuse a write inside a write, which takes back its own alone', async () => {
    await using database = await watched()
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

  test('each run as whoever asked for them', async () => {
    await using database = await watched()
    const caller = new AsyncLocalStorage<string>()
    const whose = ['ann', 'bob', 'cat'].map((name) =>
      caller.run(name, () => database.store.write(async () => caller.getStore())),
    )
    expect(await Promise.all(whose)).toEqual(['ann', 'bob', 'cat'])
  })

  test('are finished before the store closes', async () => {
    await using database = await watched()
    const { store, names } = database
    const all = Promise.all(['ann', 'bob', 'cat'].map((name) => store.write(add(name))))
    await store.close()
    await all
    expect(names()).toEqual(['ann', 'bob', 'cat'])
  })
})

describe('a transaction', () => {
  test('takes so many writes and no more', async () => {
    await using database = await watched({ limits: { batchWrites: 8, batchMs: 60_000 } })
    const { store, names, commits } = database
    const all = Array.from({ length: 20 }, (_, index) => `reader-${index}`)
    await Promise.all(all.map((name) => store.write(add(name))))
    expect([names(), commits()]).toEqual([all, 3])
  })

  test('takes none any more after its time, and always one', async () => {
    await using database = await watched({ limits: { batchMs: 0 } })
    const { store, names, commits } = database
    await Promise.all(['ann', 'bob', 'cat'].map((name) => store.write(add(name))))
    expect([names(), commits()]).toEqual([['ann', 'bob', 'cat'], 3])
  })

  test('lets the event loop come round before the next one', async () => {
    await using database = await watched({ limits: { batchWrites: 1 } })
    const { store, watch } = database
    const happened: string[] = []
    watch.commit = () => {
      happened.push('commit')
      setImmediate(() => happened.push('turn'))
    }
    await Promise.all(['ann', 'bob', 'cat'].map((name) => store.write(add(name))))
    expect(happened.slice(0, 5)).toEqual(['commit', 'turn', 'commit', 'turn', 'commit'])
  })
})

describe('too many writes', () => {
  test('are refused with STORE_BUSY beyond the length of the queue, and the others go through', async () => {
    await using database = await watched({ limits: { queueWrites: 3 } })
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
  test('everybody gets STORE_BUSY, nothing stands, nothing is told, and the next goes through', async () => {
    await using database = await watched()
    const { store, watch, other, names } = database
    const fault = new Sqlite.SqliteError('disk I/O error', 'SQLITE_IOERR_FSYNC')
    watch.commit = () => {
      throw fault
    }
    const heard: unknown[] = []
    store.listen((news) => heard.push(news))
    const outcomes = await Promise.allSettled([
      store.write(add('ann'), () => ({ kind: 'user', userId: 1 })),
      store.write(addAndThrow('gone', new Error('no'))),
      store.write(add('bob')),
    ])
    expect(outcomes).toEqual([isBusy, isBusy, isBusy])
    expect(outcomes.map(outcome)).toEqual(
      outcomes.map(() => expect.objectContaining({ reason: 'STORE_BUSY', cause: fault })),
    )
    expect([names(), heard]).toEqual([[], []])
    // Nothing is held that keeps others out.
    other.exec('begin immediate; rollback')
    delete watch.commit
    await store.write(add('cat'))
    expect(names()).toEqual(['cat'])
  })

  test('and so does taking it back, the next transaction begins all the same, without its rows', async () => {
    await using database = await watched()
    const { store, watch, names } = database
    watch.commit = () => {
      watch.rollback = () => {
        delete watch.rollback
        throw new Error('busy executing a query')
      }
      throw new Sqlite.SqliteError('disk I/O error', 'SQLITE_IOERR')
    }
    const outcomes = await Promise.allSettled([store.write(add('ann')), store.write(add('bob'))])
    expect(outcomes).toEqual([isBusy, isBusy])
    delete watch.commit
    await store.write(add('cat'))
    expect(names()).toEqual(['cat'])
  })
})

describe('when SQLite rolls back by itself', () => {
  // As it may for a full disk or a failing one; a trigger does it on demand.
  const rollBack = (writer: Sqlite.Database) =>
    writer.exec(
      `create temp trigger fall before insert on main.users when new.email like 'fall%'
       begin select raise(rollback, 'the transaction falls'); end`,
    )

  test('all of the transaction gets STORE_BUSY, and who comes later is not concerned', async () => {
    await using database = await watched({ limits: { batchWrites: 4 } })
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

  test('a write that takes no notice cannot go on, and is no success', async () => {
    await using database = await watched()
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

  test('a savepoint that cannot be taken back takes the whole transaction with it', async () => {
    await using database = await watched()
    const { store, watch, names } = database
    watch.rollbackToSavepoint = () => {
      throw new Sqlite.SqliteError('disk I/O error', 'SQLITE_IOERR')
    }
    const outcomes = await Promise.allSettled([
      store.write(add('ann')),
      store.write(addAndThrow('gone', new Error('no'))),
    ])
    expect(outcomes).toEqual([isBusy, isBusy])
    delete watch.rollbackToSavepoint
    await store.write(add('bob'))
    expect(names()).toEqual(['bob'])
  })
})

const endedError = expect.objectContaining({ message: expect.stringContaining('after its write had ended') })

describe('a write that awaits something other than its own queries', () => {
  test('is stopped and told so, takes back its own alone, and its neighbours go through', async () => {
    await using database = await watched({ limits: { writeMs: 50 } })
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
      expect.objectContaining({ message: expect.stringContaining('must await its own queries only') }),
      'fulfilled',
    ])
    late.resolve()
    await vi.waitUntil(() => queries.length > 0, WAIT)
    expect(queries).toEqual([endedError])
    expect(names()).toEqual(['ann', 'bob'])
  })

  test('or leaves a query behind, never has it run as a part of a neighbour’s', async () => {
    await using database = await watched()
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
  test('writes keep their order and go through together, each within its own time', async () => {
    await using database = await watched({ lockWaitMs: 25_000 })
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

  test('who waited too long is refused, and who came later still waits', async () => {
    await using database = await watched({ lockWaitMs: 300 })
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
