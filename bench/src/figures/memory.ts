import type { Bench } from '../frame/bench.ts'
import type { Row } from '../frame/record.ts'
import { httpRequest, trpcMutation, trpcQuery, type Shot } from '../load/http-request.ts'
import { shoot } from '../load/shoot.ts'
import { residentMemoryMb } from '../servers/resident-memory.ts'
import { startMeasuredApi } from '../servers/start-server.ts'
import { filledFile } from '../shop/filled-file.ts'
import type { Shop } from '../shop/fill-shop.ts'

/** Requests that the load generator holds in memory at a time. */
const PORTION = 10_000

/** Whether the process grows with the number of requests it has served. */
export const memory: Bench = {
  name: 'memory',
  about: 'memory of the API after 1,000,000 requests, against after 100,000',
  async run({ quick, progress }) {
    const [few, many] = quick ? [10_000, 50_000] : [100_000, 1_000_000]
    await using disposables = new AsyncDisposableStack()
    const file = disposables.use(await filledFile({ readers: PORTION / 10, books: 1 + many / PORTION }))
    const api = disposables.use(await startMeasuredApi({ databaseUrl: `file:${file.original}` }))
    const variant = 'mixed requests'
    const at = (requests: number) => `${requests.toLocaleString('en')} requests`
    const rows: Row[] = [{ variant, at: 'start', values: { MB: [await residentMemoryMb(api.pid)] } }]
    for (let sent = 0; sent < many;) {
      const shots = portion(file.shop, sent / PORTION)
      await shoot(api.url, { shots, clients: 64, expect: [200, 201] })
      sent += shots.length
      if (sent % (many / 10) === 0) progress(`${at(sent)} of ${at(many)}`)
      if (sent !== few && sent !== many) continue
      rows.push({
        variant,
        at: at(sent),
        values: { MB: [await residentMemoryMb(api.pid)] },
        ...(sent === many && { baseline: { variant, at: at(few) } }),
      })
    }
    return {
      name: 'memory',
      title: 'Memory by number of requests',
      about: `Resident memory of the API process (median over three seconds). Of every ten requests, one creates a prebook, three get a book, two search the catalogue, two list the reader's prebooks and two go through REST. The file grows by one prebook per create.`,
      measures: [{ name: 'MB', better: 'less', digits: 1 }],
      rows,
    }
  },
}

function portion({ readers, books }: Shop, index: number): Shot[] {
  const hot = books.first + 1 + index
  return readers.flatMap(({ token }, person): Shot[] => {
    const bookId = books.first + (person % (books.last - books.first))
    return [
      trpcMutation('prebooks.create', { bookId: hot }, token),
      trpcQuery('books.get', { bookId }),
      trpcQuery('books.get', { bookId }, token),
      trpcQuery('books.get', { bookId }, token),
      trpcQuery('books.list', { query: `book ${person % 100}` }),
      trpcQuery('books.list', { inStock: false, limit: 10 }),
      trpcQuery('prebooks.list', { limit: 10 }, token),
      trpcQuery('prebooks.list', { status: 'waiting', limit: 10 }, token),
      httpRequest('GET', `/books/${bookId}`),
      httpRequest('GET', '/prebooks?limit=10', { token }),
    ]
  })
}
