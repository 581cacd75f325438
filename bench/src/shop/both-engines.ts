import { openStore, type Store } from '@prebook/db'
import { noPostgres, startDurablePostgres } from '../servers/postgres.ts'
import { workFolder } from './work-folder.ts'

/** An engine with a database of the figure's own. */
export type MeasuredEngine = { way: 'SQLite' | 'PostgreSQL'; url: string; store: Store }

/** Both engines, each with an empty database on a disk and flushing every commit; or SQLite alone, and why. */
export type BothEngines = AsyncDisposable & { engines: MeasuredEngine[]; skipped: string[] }

/** Opens both engines for one figure. */
export async function bothEngines(): Promise<BothEngines> {
  await using disposables = new AsyncDisposableStack()
  const engines: MeasuredEngine[] = []
  const open = async (way: MeasuredEngine['way'], url: string) => {
    const store = disposables.adopt(await openStore(url), (opened) => opened.close())
    engines.push({ way, url, store })
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
