import type { Operation, TRPCLink } from '@trpc/client'
import { isObject } from './failures.ts'
import type { PrebookRouter } from './router.ts'

/** The mutations that take an `idempotencyKey`: sent again with it, they change nothing and return the first answer. */
const keyed = new Set(['stock.set', 'stock.adjust', 'stock.batch'])

/** Gives each call of a procedure that takes one an idempotency key, unless the caller has. */
export function addIdempotencyKeys(): TRPCLink<PrebookRouter> {
  return () =>
    ({ op, next }) => {
      const { path, input } = op
      if (!keyed.has(path) || !isObject(input) || input['idempotencyKey'] !== undefined) return next(op)
      return next({ ...op, input: { ...input, idempotencyKey: newKey() } })
    }
}

/** Whether a call can be sent again although the last attempt may have been executed. */
export function isRepeatable({ type, path, input }: Operation): boolean {
  return type === 'query' || (keyed.has(path) && isObject(input) && Boolean(input['idempotencyKey']))
}

/** A key for one call. It need not be secret, since a key counts only for the account or token that sends it. */
function newKey(): string {
  const { crypto } = globalThis as {
    crypto?: { randomUUID?(): string; getRandomValues?(bytes: Uint8Array): Uint8Array }
  }
  // Pages without HTTPS have no `randomUUID`, and a few runtimes no `crypto`.
  if (crypto?.randomUUID) return crypto.randomUUID()
  const bytes = new Uint8Array(16)
  if (crypto?.getRandomValues) crypto.getRandomValues(bytes)
  else bytes.forEach((_, index) => (bytes[index] = Math.random() * 256))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
