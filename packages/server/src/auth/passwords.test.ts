import { PrebookError } from '@prebook/core'
import { expect, test } from 'vitest'
import { createHashingThreads } from './hashing-threads.ts'
import { createPasswords } from './passwords.ts'

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
  const passwords = createPasswords(threads)
  const order: number[] = []
  const attempt = async (number: number) => {
    await passwords.hash(`password number ${number}`)
    order.push(number)
  }
  // The hash for unknown addresses is already running: two more may wait.
  const results = await Promise.allSettled([1, 2, 3].map(attempt))
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected'])
  expect(order).toEqual([1, 2])
  const refusal: unknown = results[2]?.status === 'rejected' ? results[2].reason : null
  expect(refusal).toBeInstanceOf(PrebookError)
  expect(refusal).toMatchObject({ reason: 'RATE_LIMITED', retryAfterSeconds: 2 })
  await attempt(4)
  expect(order).toEqual([1, 2, 4])
})

test('runs no more jobs than threads and queues no more than the limit', async () => {
  const passwords = createPasswords(createHashingThreads({ threads: 2, mostWaiting: 1 }))
  // The hash for unknown addresses is already running: one more runs, one waits, one is rejected.
  const results = await Promise.allSettled(['one', 'two', 'three'].map((name) => passwords.hash(name)))
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected'])
})

test('reports an invalid hash, and the thread continues', async () => {
  const passwords = createPasswords(createHashingThreads({ threads: 1, mostWaiting: 10 }))
  await expect(passwords.verify('not a hash', 'a password')).rejects.toThrow('Decoding failed')
  const hash = await passwords.hash('a password for tests')
  expect(await passwords.verify(hash, 'a password for tests')).toBe(true)
})
