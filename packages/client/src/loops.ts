import { getUntypedClient, TRPCClientError, type TRPCClient } from '@trpc/client'
import type { PrebookClient } from './calls.ts'
import type { Tracked } from './entities.ts'
import type { PrebookRouter, Query, routes, Subscription } from './router.ts'
import { streamItems, type StreamLoopOptions } from './stream-items.ts'
import { abortedError } from './time-limit.ts'

/** The options of `all`. */
export type ListLoopOptions = {
  /** Ends the loop with an error when it is aborted, since the list is not complete. */
  signal?: AbortSignal | undefined
}

/** What a list has besides `query`. */
export interface ListLoop<Input, Item> {
  /**
   * Every item of the list, for a `for await` loop. It requests the next page when the loop gets there, so a loop that stops
   * early costs no more requests. `limit` is the size of a page. Each loop starts with the first page.
   *
   * @example
   * for await (const book of client.books.list.all({ query: 'dune' })) console.log(book.title)
   */
  all: object extends Input
    ? (input?: Input, options?: ListLoopOptions) => AsyncIterable<Item>
    : (input: Input, options?: ListLoopOptions) => AsyncIterable<Item>
}

/** What a stream has besides `subscribe`. */
export interface StreamLoop<Input, Item> {
  /**
   * The items of the stream, for a `for await` loop. Each loop has a subscription, from its start until it is left or `signal`
   * is aborted, and survives lost connections. It throws if the server refuses, or ends the session. If the loop is slower
   * than the stream, only the newest of the items with the same `id` waits for it. No other item is left out.
   *
   * @example
   * for await (const prebook of client.prebooks.watch.iterate()) console.log(prebook.id, prebook.status)
   */
  iterate: [keyof Input] extends [never]
    ? (options?: StreamLoopOptions) => AsyncIterable<Item>
    : (input?: Input, options?: StreamLoopOptions) => AsyncIterable<Item>
}

/** The fields of an input that are not set by the loop. */
type Own<Input> = Omit<Exclude<Input, undefined | void>, 'cursor' | 'lastEventId'>

/** The loop of a procedure, if it has one. */
export type LoopOf<Procedure> =
  Procedure extends Query<infer Input, infer Output>
    ? [Output] extends [{ items: (infer Item)[]; nextCursor: string | null }]
      ? ListLoop<Own<Input>, Item>
      : unknown
    : Procedure extends Subscription<infer Input, infer Output>
      ? [Output] extends [AsyncIterable<Tracked<infer Item extends { id: number }>>]
        ? StreamLoop<Own<Input>, Item>
        : unknown
      : unknown

type Routes = typeof routes

type Loops = {
  [Feature in keyof Routes]: { [Name in keyof Routes[Feature]]: LoopOf<Routes[Feature][Name]> }
}

/** The paths of streams whose `iterate` takes only options. */
type PathWithoutInput = {
  [Feature in keyof Loops]: {
    [Name in keyof Loops[Feature]]: Loops[Feature][Name] extends StreamLoop<infer Input, infer _>
      ? [keyof Input] extends [never]
        ? `${Feature & string}.${Name & string}`
        : never
      : never
  }[keyof Loops[Feature]]
}[keyof Loops]

// The types are not there at run time. The compiler reports a missing path.
const withoutInput: Record<PathWithoutInput, true> = { 'prebooks.watch': true }

/** Adds the loops to a client. */
export function withLoops(client: TRPCClient<PrebookRouter>): PrebookClient {
  const untyped = getUntypedClient(client)
  return extended(client, (procedures, feature) =>
    extended(procedures, (procedure, name) => {
      const path = `${feature}.${name}`
      const loops = new Map<string, unknown>([
        ['all', (input?: object, options?: ListLoopOptions) => allItems(untyped, path, input, options)],
        [
          'iterate',
          (...args: [StreamLoopOptions?] | [object?, StreamLoopOptions?]) =>
            Object.hasOwn(withoutInput, path)
              ? streamItems(untyped, path, undefined, args[0])
              : streamItems(untyped, path, ...args),
        ],
      ])
      return extended(procedure, (method, called) => loops.get(called) ?? method)
    }),
  ) as PrebookClient
}

/** An object whose properties are replaced when they are first accessed. */
function extended<T extends object>(target: T, replace: (value: object, name: string) => unknown): T {
  const replaced = new Map<string, unknown>()
  return new Proxy(target, {
    get(from, name) {
      const value: unknown = Reflect.get(from, name)
      if (typeof name !== 'string' || value === undefined) return value
      if (!replaced.has(name)) replaced.set(name, replace(value as object, name))
      return replaced.get(name)
    },
  })
}

type Untyped = ReturnType<typeof getUntypedClient<PrebookRouter>>

function allItems(
  untyped: Untyped,
  path: string,
  input?: object,
  { signal }: ListLoopOptions = {},
): AsyncIterable<unknown> {
  const options = signal && { signal }
  async function* items(): AsyncGenerator<unknown, void> {
    const seen = new Set<string>()
    for (let cursor: string | null = null; ;) {
      const page = (await untyped.query(path, { ...input, ...(cursor !== null && { cursor }) }, options)) as {
        items?: unknown[]
        nextCursor?: string | null
      }
      if (!Array.isArray(page?.items)) throw new TypeError(`${path} is not a list.`)
      for (const item of page.items) {
        if (signal?.aborted) throw TRPCClientError.from(abortedError())
        yield item
      }
      cursor = page.nextCursor ?? null
      if (cursor === null) return
      if (seen.has(cursor)) {
        // Such as a cache that ignores the query of a URL.
        throw new Error(
          `${path} returned the same page twice. Check what is between this client and the server.`,
        )
      }
      seen.add(cursor)
    }
  }
  return { [Symbol.asyncIterator]: items }
}
