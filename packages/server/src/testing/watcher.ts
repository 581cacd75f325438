import type { Prebook, StockMovementNews } from '@prebook/core'
import { subscribe } from '../router/app-router.ts'
import { testContext, type Person, type TestServer } from './server.ts'

/** A reader of a stream, without HTTP. */
export type Watcher<Item> = Disposable & {
  /** The items received, in order. */
  items: Item[]
  /** The id of the latest event. */
  lastEventId(): string | null
  /** How the stream ended: null when the reader left, otherwise the error. */
  ended: Promise<unknown>
  /** Stops reading without leaving, until resumed. */
  pause(): void
  resume(): void
  leave(): void
}

/** Watches the prebooks of the token's user. */
export async function watchPrebooks(
  server: TestServer,
  token: string,
  input?: object,
): Promise<Watcher<Prebook>> {
  return watch<Prebook>(server, 'prebooks.watch', token, input)
}

/** Watches the stock of all books. */
export async function watchStock(
  server: TestServer,
  token: string,
  input?: object,
): Promise<Watcher<StockMovementNews>> {
  return watch<StockMovementNews>(server, 'stock.changes', token, input)
}

async function watch<Item>(
  server: TestServer,
  path: string,
  token: string,
  input?: object,
): Promise<Watcher<Item>> {
  const leaving = new AbortController()
  const items: Item[] = []
  let lastEventId: string | null = null
  let reading = Promise.withResolvers<void>()
  reading.resolve()
  const stream = await subscribe(path, {
    context: testContext(server.services, token),
    getRawInput: async () => input,
    signal: leaving.signal,
  })
  const read = async () => {
    for await (const [id, item] of stream) {
      lastEventId = id
      items.push(item as Item)
      await reading.promise
    }
    return null
  }
  const leave = () => {
    reading.resolve()
    leaving.abort()
  }
  return {
    items,
    lastEventId: () => lastEventId,
    ended: read().catch((error: unknown) => error),
    pause() {
      reading = Promise.withResolvers<void>()
    },
    resume: () => reading.resolve(),
    leave,
    [Symbol.dispose]: leave,
  }
}

/** The latest state of each prebook that a watcher received. */
export function finalStates(watcher: Watcher<Prebook>): Record<number, string> {
  return Object.fromEntries(watcher.items.map(({ id, status }) => [id, status]))
}

/** Adds a book that is out of stock. */
export async function addBook(admin: Person, title = 'Title 1'): Promise<number> {
  return (await admin.call.books.create({ title, author: 'A. Author', priceCents: 999 })).id
}

/** Adds books that are out of stock. */
export async function addBooks(admin: Person, count: number): Promise<number[]> {
  const ids: number[] = []
  for (let serial = 1; serial <= count; serial += 1) ids.push(await addBook(admin, `Title ${serial}`))
  return ids
}
