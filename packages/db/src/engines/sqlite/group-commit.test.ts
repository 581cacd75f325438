import { AsyncLocalStorage } from 'node:async_hooks'
import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import type { ChangeEvent } from '../../store.ts'
import type { Tx } from '../../database.ts'
import { add, addAndThrow, openHooked, outcome } from '../../testing/hooked-sqlite.ts'

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
