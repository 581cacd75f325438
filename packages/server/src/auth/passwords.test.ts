import { PrebookError } from '@prebook/core'
import { afterEach, expect, test, vi } from 'vitest'
import { createHashingThreads, type HashingThreads } from './hashing-threads.ts'
import { createPasswords } from './passwords.ts'

const busy = { reason: 'STORE_BUSY', retryAfterSeconds: 2 }

afterEach(() => vi.useRealTimers())

test('verifies a password against its own hash only, in any Unicode normalization form', async () => {
  const passwords = createPasswords()
  const hash = await passwords.hash('un café à la crème')
  expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  expect(await passwords.verify(hash, 'un café à la crème'.normalize('NFD'))).toBe(true)
  expect(await passwords.verify(hash, 'un cafe a la creme')).toBe(false)
  expect(await passwords.verify(null, 'unknown account')).toBe(false)
  expect(await passwords.hash('un café à la crème')).not.toBe(hash)
})

test('hashing does not block the event loop', async () => {
  const passwords = createPasswords()
  let turns = 0
  let hashing = true
  const count = () => {
    turns += 1
    if (hashing) setImmediate(count)
  }
  count()
  await passwords.hash('a password for tests')
  hashing = false
  expect(turns).toBeGreaterThan(10)
})

test('rejects a request when the queue is full, and serves the queued ones in order', async () => {
  const threads = createHashingThreads({ threads: 1, mostWaiting: 2 })
  const passwords = createPasswords({ threads })
  const order: number[] = []
  const attempt = async (number: number) => {
    await passwords.hash(`password number ${number}`)
    order.push(number)
  }
  // One runs and two wait.
  const results = await Promise.allSettled([1, 2, 3, 4].map(attempt))
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled', 'rejected'])
  expect(order).toEqual([1, 2, 3])
  const refusal: unknown = results[3]?.status === 'rejected' ? results[3].reason : null
  expect(refusal).toBeInstanceOf(PrebookError)
  expect(refusal).toMatchObject(busy)
  await attempt(5)
  expect(order).toEqual([1, 2, 3, 5])
})

test('runs no more jobs than threads and queues no more than the limit', async () => {
  const passwords = createPasswords({ threads: createHashingThreads({ threads: 2, mostWaiting: 1 }) })
  const results = await Promise.allSettled(
    ['one', 'two', 'three', 'four'].map((name) => passwords.hash(name)),
  )
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled', 'rejected'])
})

test('rejects a request within three seconds when hashing is too slow, running or waiting, and recovers', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const passwords = createPasswords({ threads: createHashingThreads({ threads: 1, mostWaiting: 1 }) })
  const startedAt = performance.now()
  const slow = Promise.allSettled([
    passwords.hash('running', startedAt),
    passwords.hash('waiting', startedAt),
  ])
  // No answer of the thread is read in between, so to the pool no task has ended.
  vi.advanceTimersByTime(3_000)
  vi.useRealTimers()
  // The task that waited has left the queue, so there is room for another.
  const later = passwords.hash('a password for tests')
  expect(await slow).toMatchObject([
    { status: 'rejected', reason: busy },
    { status: 'rejected', reason: busy },
  ])
  expect(await passwords.verify(await later, 'a password for tests')).toBe(true)
})

test('has no time limit for commands', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const hashing = createPasswords({ threads: createHashingThreads({ threads: 1 }) }).hash(
    'a password for tests',
  )
  vi.advanceTimersByTime(60_000)
  vi.useRealTimers()
  expect(await hashing).toMatch(/^\$argon2id\$/)
})

test('counts the time that a request took before', async () => {
  const passwords = createPasswords({ threads: createHashingThreads({ threads: 1 }) })
  const startedAt = performance.now() - 3_000
  await expect(passwords.verify(null, 'a password', startedAt)).rejects.toMatchObject(busy)
  await expect(passwords.hash('a password', startedAt)).rejects.toMatchObject(busy)
})

test('hashes for unknown addresses with the same parameters', () => {
  const threads: HashingThreads = { run: async (task) => JSON.stringify(task), requireRoom: () => {} }
  const spied = vi.spyOn(threads, 'run')
  void createPasswords({ threads }).verify(null, 'a password')
  const [task] = spied.mock.calls[0] ?? []
  expect(task).toMatchObject({ passwordHash: expect.stringMatching(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/) })
})

test('reports an invalid hash, and the thread continues', async () => {
  const passwords = createPasswords({ threads: createHashingThreads({ threads: 1, mostWaiting: 10 }) })
  await expect(passwords.verify('not a hash', 'a password')).rejects.toThrow('Decoding failed')
  const hash = await passwords.hash('a password for tests')
  expect(await passwords.verify(hash, 'a password for tests')).toBe(true)
})
