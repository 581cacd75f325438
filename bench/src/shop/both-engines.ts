import { openStore, type Store } from '@prebook/db'
import { noPostgres, startDurablePostgres } from '../servers/postgres.ts'
import { workFolder } from './work-folder.ts'

/** An engine with a new database. */
export type MeasuredEngine = { variant: 'SQLite' | 'PostgreSQL'; url: string; store: Store }

/**
 * Both engines, each with an empty database on disk that flushes every commit. Without PostgreSQL, SQLite alone and the
 * reason.
 */
export type BothEngines = AsyncDisposable & { engines: MeasuredEngine[]; skipped: string[] }

/** Opens both engines for one figure. */
export async function bothEngines(): Promise<BothEngines> {
  await using disposables = new AsyncDisposableStack()
  const engines: MeasuredEngine[] = []
  const open = async (variant: MeasuredEngine['variant'], url: string) => {
    const store = disposables.adopt(await openStore(url), (opened) => opened.close())
    engines.push({ variant, url, store })
  }
  const folder = disposables.use(await workFolder())
  await open('SQLite', `file:${folder.path('bench.db')}`)
  const postgres = await startDurablePostgres()
  if (postgres !== null) await open('PostgreSQL', disposables.use(postgres).url)
  const owned = disposables.move()
  return {
    engines,
    skipped: postgres === null ? [noPostgres] : [],
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}
