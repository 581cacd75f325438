import { setTimeout as pause } from 'node:timers/promises'
import { sql } from 'kysely'
import { compactSqlite, openStore, type Store } from '@prebook/db'
import type { Bench } from '../frame/bench.ts'
import type { Row } from '../frame/record.ts'
import { httpRequest } from '../load/http-request.ts'
import { shoot } from '../load/shoot.ts'
import { mailSettings } from '../servers/mail-settings.ts'
import { startBareServer, startMeasuredApi } from '../servers/start-server.ts'
import { bothEngines } from '../shop/both-engines.ts'
import { addCrowd, addSoldOutBooks } from '../shop/fill-shop.ts'
import { networkOf } from './guests.ts'

/** Each of them waits for its answer, which takes a tenth of a second. */
const CLIENTS = 100

/** How long the mails may take to be sent, in milliseconds. */
const TIMEOUT_MS = 1_800_000

/** What pre-bookings by e-mail leave behind that are never confirmed: nothing. */
export const guestFlood: Bench = {
  name: 'guest-flood',
  about: 'what 100,000 requests of guests leave behind that are never confirmed, on both engines',
  async run({ quick, progress }) {
    const requests = quick ? 1_000 : 100_000
    await using disposables = new AsyncDisposableStack()
    const both = disposables.use(await bothEngines())
    const sink = disposables.use(await startBareServer('smtp-sink', { part: 'load' }))
    const { smtp } = (await (await fetch(sink.url)).json()) as { smtp: string }
    const rows: Row[] = []
    for (const { variant, url, store } of both.engines) {
      progress(`filling ${variant}`)
      await addCrowd(store, 1_000)
      const books = await addSoldOutBooks(store, 10)
      await store.close()
      const before = await contents(url)
      progress(`${requests} requests on ${variant}`)
      const perSecond = await flood({ url, smtp, requests, firstBook: books.first })
      const after = await contents(url)
      rows.push({
        variant,
        at: `${requests.toLocaleString('en')} requests`,
        values: {
          'per second': [perSecond],
          'rows left': [after.rows - before.rows],
          'MB left': [(after.bytes - before.bytes) / 1_000_000],
        },
      })
    }
    return {
      name: 'guest-flood',
      title: 'Requests of guests that are never confirmed',
      about: `prebooks.request over REST, each for another address from another network, ${CLIENTS} at a time, until every mail is sent. rows left: in every table but the throttle counts and the values of the installation. MB left: of the database, without its throttle counts; on SQLite after database:compact.`,
      measures: [
        { name: 'per second', better: 'more', digits: 0 },
        { name: 'rows left', better: 'less', digits: 0 },
        { name: 'MB left', better: 'less', digits: 2 },
      ],
      rows,
      skipped: both.skipped,
    }
  },
}

/** Sends the requests, and waits until their mails are sent. Resolves to the requests per second. */
async function flood(load: {
  url: string
  smtp: string
  requests: number
  firstBook: number
}): Promise<number> {
  await using api = await startMeasuredApi({
    databaseUrl: load.url,
    env: { ...mailSettings(load.smtp), TRUSTED_PROXIES: '1', MAIL_PER_SECOND: '100000', MAIL_PARALLEL: '50' },
  })
  const shots = Array.from({ length: load.requests }, (_, index) =>
    httpRequest('POST', '/prebooks/requests', {
      body: { book_id: load.firstBook + (index % 10), email: `guest-${index}@bench.example` },
      headers: { 'x-forwarded-for': networkOf(index) },
    }),
  )
  const { perSecond } = await shoot(api.url, { shots, clients: CLIENTS, expect: [202] })
  await using store = await openClosing(load.url)
  const deadline = performance.now() + TIMEOUT_MS
  while ((await countRows(store, 'deliveries')) > 0) {
    if (performance.now() > deadline) throw new Error('The mails were not sent in time.')
    await pause(100)
  }
  return perSecond
}

/** The rows and the size of a database without its throttle counts. */
async function contents(url: string): Promise<{ rows: number; bytes: number }> {
  let rows = 0
  let bytes = 0
  {
    await using store = await openClosing(url)
    await store.write((tx) => sql`delete from throttle_counts`.execute(tx))
    for (const table of await tableNames(store)) rows += await countRows(store, table)
    if (store.engine === 'postgres') bytes = await postgresBytes(store)
  }
  if (url.startsWith('file:')) bytes = compactSqlite(url).after
  return { rows, bytes }
}

async function openClosing(url: string): Promise<Store & AsyncDisposable> {
  const store = await openStore(url)
  return Object.assign(store, { [Symbol.asyncDispose]: () => store.close() })
}

async function countRows(store: Store, table: string): Promise<number> {
  const { rows } = await store.read((reader) =>
    sql<{ count: number }>`select count(*) as count from ${sql.table(table)}`.execute(reader),
  )
  return Number(rows[0]?.count)
}

/** The tables, without those that the index of words is made of. */
async function tableNames(store: Store): Promise<string[]> {
  const { rows } = await store.read((reader) =>
    (store.engine === 'postgres'
      ? sql<{ name: string }>`select tablename as name from pg_tables where schemaname = current_schema()`
      : sql<{ name: string }>`select name from sqlite_schema
          where type = 'table' and sql not like 'create virtual%' and name not like 'book_search%'`
    ).execute(reader),
  )
  // The values of the installation are written by the first start and the first requests of any kind, once.
  const others = new Set(['throttle_counts', 'installation'])
  return rows.map(({ name }) => name).filter((name) => !others.has(name))
}

async function postgresBytes(store: Store): Promise<number> {
  const { rows } = await store.read((reader) =>
    sql<{ bytes: string }>`select sum(pg_total_relation_size(quote_ident(tablename)::regclass)) as bytes
      from pg_tables where schemaname = current_schema() and tablename <> 'throttle_counts'`.execute(reader),
  )
  return Number(rows[0]?.bytes)
}
