/* An application that uses the package with a live server. It prints its results as one line of JSON. */
import { createClient, explainError, isPrebookError, memoryStorage } from '@prebook/client'

declare const process: { env: Record<string, string | undefined>; getActiveResourcesInfo(): string[] }
declare const console: { log(line: string): void }

const url = String(process.env['PREBOOK_URL'])
const expired: string[] = []
const reader = createClient({ url, storage: memoryStorage(), onUnauthorized: () => expired.push('expired') })
const admin = createClient({ url, storage: memoryStorage() })

await admin.auth.login.mutate({ email: 'admin@example.org', password: String(process.env['ADMIN_PASSWORD']) })
const book = await admin.books.create.mutate({ title: 'Dune', author: 'Frank Herbert', priceCents: 999 })

await reader.auth.register.mutate({ email: 'reader@example.org', password: 'a password for tests' })
const prebook = await reader.prebooks.create.mutate({ bookId: book.id })
const watched: string[] = []
let checkWatched: () => void = () => {}
const untilWatched = (status: string) =>
  new Promise<void>((resolve) => {
    checkWatched = () => (watched.includes(status) ? resolve() : undefined)
    checkWatched()
  })
const watching = reader.prebooks.watch.subscribe(undefined, {
  onData({ data }) {
    watched.push(data.status)
    checkWatched()
  },
})
await untilWatched('waiting')
const twice = await reader.prebooks.create.mutate({ bookId: book.id }).catch((error: unknown) => error)
const { broadcast } = await admin.stock.set.mutate({ bookId: book.id, quantity: 3 })
await untilWatched('notified')
watching.unsubscribe()
const [after, { items }] = await Promise.all([
  reader.prebooks.get.query({ prebookId: prebook.id }),
  reader.books.list.query({ inStock: true }),
])
await reader.auth.logout.mutate()
const refused = await reader.prebooks.list.query({}).catch((error: unknown) => error)
const nowhere = createClient({ url: 'http://127.0.0.1:1', timeoutMs: 5_000 })
const unreachable = await nowhere.books.list.query({}).catch((error: unknown) => error)

console.log(
  JSON.stringify({
    statuses: [prebook.status, after.status],
    watched,
    notified: broadcast?.notified,
    titles: items.map(({ title }) => title),
    twice: isPrebookError(twice, 'PREBOOK_DUPLICATE'),
    failures: [twice, refused, unreachable].map((error) => {
      const failure = explainError(error)
      return failure.kind === 'refused' ? failure.reason : failure.kind
    }),
    over: expired,
    // A remaining timer would keep the process alive.
    timers: process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout'),
  }),
)
