import { bound } from '@prebook/testing/bounds'
import { glob } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { Kysely, PostgresDialect, type CompiledQuery } from 'kysely'
import { Client, Pool } from 'pg'
import { afterAll, describe, expect, test } from 'vitest'
import type { Database, Tx } from '../../database.ts'
import { collectWaitingChanges } from '../../waiting-counts.ts'
import { engines } from '../../testing/index.ts'
import { hotQueries, searches, type HotQuery, type HotShop } from '../../testing/hot-queries.ts'

const WAITING = 1_000_000

/** Rows in tables that are cleared in batches: a scan of a smaller one is cheaper than a batch of look-ups. */
const CLEARED = 250_000

/** Rows in the other tables, with distinct names and times, so that a full scan is never the cheapest plan. */
const MANY = 50_000

const queriesFolder = join(import.meta.dirname, '../../queries')

/** Files of that folder that send no queries; the others build theirs from them. */
const helpers = new Set([
  'clear-in-batches',
  'bounded-count',
  'prepared-insert',
  'prepared-query',
  'contains-text',
  'deliveries-with-accounts',
  'open-waitlist-sql',
  'prebook-rows',
  'prebook-status-sql',
  'suppressed-sql',
  'read-in-steps',
  'search-in-slices',
])

const shop: HotShop = {
  bookId: 1,
  waitlistId: 1,
  prebookId: WAITING / 2,
  userId: WAITING / 2,
  closedWaitlistId: 7,
  announcementId: 8,
  adminId: WAITING + 1,
  deliveryId: 7,
}

/** How long the first test may take to insert a million rows: about ten seconds on an idle machine. */
const LOADING = { timeout: bound(600_000) }

/**
 * The maximum cost of a plan with known values, in the planner's units: of a statement, of a batch that looks up 250 rows, and
 * of a slice of a search. Reading the whole waitlist costs 20,000, reading all books 35,000.
 */
const MAX_COST = { statement: 1_500, batch: 2_100, slice: 10_000 }

const batches = new Set([
  'closeExpiredLinks',
  'deleteConsentsOf',
  'deleteExpiredWishes',
  'deleteKeptAnswers',
  'deleteKeptAnswersOf',
  'deleteSettledDeliveries',
  'deleteStockRequests',
  'deleteStockRequestsOf',
  'forgetWishesOf',
])

/**
 * Queries whose generic plan is not checked. They find the few rows in a rare state or past their expiry, and the
 * planner only knows that these are few when it knows the value. The server uses a generic plan only if it expects it
 * to be no worse.
 */
const needValues = new Set([
  'hasDueDelivery',
  'claimDeliveries',
  'deleteExpiredSessions',
  'deleteExpiredCounts',
])

// Waitlist 1 is open, with a million readers. The others had one reader each and are closed; two are not yet
// dispatched.
const load = [
  `insert into users (email, password_hash, role, created_at)
    select 'reader' || n || '@example.org', 'x', case when n > ${WAITING} then 'admin' else 'reader' end, n
    from generate_series(1, ${WAITING + 5}) n`,
  `insert into sessions (id, user_id, created_at, expires_at) select md5(n::text) || md5('x' || n), n, n, 1000000 + n from generate_series(1, ${MANY}) n`,
  `insert into throttle_counts select md5(n::text) || md5('x' || n), 3, 1000000 + n from generate_series(1, ${MANY}) n`,
  `insert into installation select 'name ' || n, 'value' from generate_series(1, ${MANY}) n`,
  `insert into account_links select n, 'reset', 1, n from generate_series(1, ${CLEARED}) n`,
  `insert into refusals select 'reader' || n || '@example.org', n, 0, n from generate_series(1, ${MANY}) n`,
  // Every hundredth is expected, half of them in the past.
  `insert into books (title, author, isbn, price_cents, stock_quantity, search_text, created_at, updated_at, expected_on, expected_until)
    select 'Book ' || n, 'Author ' || n % 999, (9780000000000 + n)::text, 1999, case when n % 1000 = 0 then 1 else 0 end,
      md5(n::text) || chr(9) || md5('x' || n % 2000), n, n, until, until
    from (select n, case when n % 100 = 50 then (date '2026-11-30' + (n / 100 % 1000 - 500)::int)::text end as until
      from generate_series(1, ${WAITING}) n) as dated`,
  `insert into stock_movements (book_id, delta, quantity_after, actor_id, created_at)
    select n, 3, 3, ${WAITING + 1} + n % 5, n from generate_series(1, ${MANY}) n`,
  `insert into stock_requests (actor_id, idempotency_key, request_hash, answer, created_at)
    select ${WAITING + 1} + n % 5, 'key ' || n, repeat('x', 64), repeat('x', 500), n from generate_series(1, ${CLEARED}) n`,
  `insert into kept_answers
    select 'user:' || ${WAITING + 1} + n % 5, 'key ' || n, repeat('x', 64), '{}', n, n from generate_series(1, ${CLEARED}) n`,
  `insert into audit_entries (at, actor_id, action, subject, details)
    select n, ${WAITING + 1} + n % 5, 'stock.set', 'book:' || n, '{}' from generate_series(1, ${MANY}) n`,
  `insert into api_tokens (name, hash, scopes, created_by, created_at, expires_at, revoked_at)
    select 'Token ' || n, md5(n::text) || md5('x' || n), 'stock:write', n, n, 1000000 + n,
      case when n % 3 = 0 then n end
    from generate_series(1, ${MANY}) n`,
  'insert into waitlists (book_id, opened_at) values (1, 1)',
  `insert into waitlists (book_id, opened_at, notified_at, closed_by, dispatched_at)
    select n, n, n, n, case when n in (7, 8) then null else n end from generate_series(2, ${MANY}) n`,
  `insert into announcements (book_id, waitlist_id, kind, details, last_prebook_id, settles_at, dispatched_at, created_at)
    select n, n, 'expected-date', '{}', n, n, case when n in (8, 9) then null else n end, n from generate_series(2, ${MANY}) n`,
  `insert into prebooks (waitlist_id, user_id, created_at) select 1, n, n from generate_series(1, ${WAITING}) n`,
  `insert into prebooks (waitlist_id, user_id, created_at) select n, n, n from generate_series(2, ${MANY}) n`,
  `insert into consents select n, '2026-11-30', 'en', n from generate_series(1, ${CLEARED}) n`,
  `insert into used_wishes
    select md5(n::text) || md5('x' || n), n, 0, n from generate_series(1, ${CLEARED}) n`,
  // As in a shop that has run for a long time: nearly all mail is sent.
  `insert into deliveries (kind, dedupe_key, lane, user_id, prebook_id, book_id, queued_at, state, next_attempt_at)
    select 'restock', 'restock:' || ${WAITING} + n, 'bulk', n + 1, ${WAITING} + n, n, n, case when n % 1000 = 0 then 'failed' when n % 1001 = 0 then 'pending' else 'sent' end, n
    from generate_series(1, ${MANY - 1}) n where n <> 6`,
]

type Plan = {
  'Node Type': string
  'Relation Name'?: string
  'Index Name'?: string
  'Index Cond'?: string
  'Total Cost': number
  Plans?: Plan[]
}

/** Creates a database of that size, with functions to explain the statements that a query function sends. */
async function openLargeShop() {
  await using setUp = new AsyncDisposableStack()
  const engine = engines.find(({ name }) => name === 'postgres')
  const database = setUp.use(await engine?.createMigrated?.())
  const connectionString = database?.url
  const client = setUp.adopt(new Client({ connectionString }), (it) => it.end())
  await client.connect()
  await client.query("set maintenance_work_mem = '256MB'")
  const restore = await withoutIndexes(client)
  for (const statement of load) await client.query(statement)
  await restore()
  // The test server has no autovacuum.
  await client.query('vacuum analyze')
  // For the planner, the smaller tables have a million rows too.
  await client.query(`update pg_class set reltuples = ${WAITING}
    where relnamespace = 'public'::regnamespace and relkind = 'r' and reltuples between ${MANY / 2} and ${WAITING}`)

  const pool = new Pool({ connectionString, max: 1 })
  // The database is dropped when the pool has ended, but its connection may still be closing.
  pool.on('connect', (pooled) => pooled.on('error', () => {}))
  const sent: CompiledQuery[] = []
  const db = setUp.adopt(
    new Kysely<Database>({
      dialect: new PostgresDialect({ pool }),
      log: (event) => void sent.push(event.query),
    }),
    (it) => it.destroy(),
  )

  async function statements(work: (tx: Tx, shop: HotShop) => Promise<unknown>): Promise<CompiledQuery[]> {
    sent.length = 0
    const transaction = await db.startTransaction().execute()
    try {
      collectWaitingChanges(transaction)
      await work(transaction, shop)
    } finally {
      await transaction.rollback().execute()
    }
    return sent.filter(({ sql }) => !/^(?:begin|start|commit|rollback|set)/i.test(sql))
  }

  /** The plan of a statement that is prepared, as the service does it. */
  async function explain(query: CompiledQuery, mode: string): Promise<Plan> {
    await client.query(`set plan_cache_mode = ${mode}`)
    await client.query(`prepare hot as ${query.sql}`)
    try {
      const values = query.parameters.map((value) =>
        typeof value === 'string' ? client.escapeLiteral(value) : JSON.stringify(value),
      )
      const call = values.length === 0 ? 'execute hot' : `execute hot (${values.join(', ')})`
      const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: Plan }] }>(`explain (format json) ${call}`)
      const [row] = rows
      if (row === undefined) throw new Error('The server returned no plan.')
      return row['QUERY PLAN'][0].Plan
    } finally {
      await client.query('deallocate hot')
    }
  }
  const kept = setUp.move()
  return { statements, explain, [Symbol.asyncDispose]: () => kept.disposeAsync() }
}

/**
 * Drops indexes and foreign keys, because creating them after the inserts is much faster. Returns a function that does.
 */
async function withoutIndexes(client: Client): Promise<() => Promise<void>> {
  const { rows } = await client.query<{ drop: string; add: string }>(`
    select format('alter table %s drop constraint %I', conrelid::regclass, conname) as drop,
      format('alter table %s add constraint %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) as add,
      case contype when 'f' then 1 else 2 end as place
    from pg_constraint where contype in ('f', 'p', 'u') and connamespace = 'public'::regnamespace
    union all
    select format('drop index %s', indexrelid::regclass), pg_get_indexdef(indexrelid), 3
    from pg_index where indrelid in (select oid from pg_class where relnamespace = 'public'::regnamespace)
      and not exists (select from pg_constraint where conindid = indexrelid)
    order by place`)
  for (const { drop } of rows) await client.query(drop)
  return async () => {
    for (const { add } of rows.toReversed()) await client.query(add)
  }
}

function steps(plan: Plan): Plan[] {
  return [plan, ...(plan.Plans ?? []).flatMap(steps)]
}

describe('the plan on postgres, with a million readers on one waitlist,', () => {
  let opening: ReturnType<typeof openLargeShop> | undefined
  const largeShop = () => (opening ??= openLargeShop())
  afterAll(async () => (await opening)?.[Symbol.asyncDispose]())

  const expectIndexes = async ({ what, work }: HotQuery, maxCost: number) => {
    const { statements, explain } = await largeShop()
    const sent = await statements(work)
    expect(sent.length).toBeGreaterThan(0)
    for (const query of sent) {
      const custom = await explain(query, 'force_custom_plan')
      expect(custom['Total Cost'], query.sql).toBeLessThan(maxCost)
      const generic = await explain(query, 'force_generic_plan')
      for (const plan of needValues.has(what) ? [custom] : [custom, generic]) {
        expect(steps(plan).filter((step) => step['Node Type'].endsWith('Seq Scan'))).toEqual([])
      }
    }
  }

  test.each(hotQueries)('of $what uses indexes and scans no table', LOADING, (query) =>
    expectIndexes(query, batches.has(query.what) ? MAX_COST.batch : MAX_COST.statement),
  )

  test.each(searches)('of $what reads only a part at a time', LOADING, (search) =>
    expectIndexes(search, MAX_COST.slice),
  )
})

test('the plan of every query function of this package is checked', async () => {
  const checked = new Set([...hotQueries, ...searches].map(({ what }) => what.split(' ')[0]))
  const missing: string[] = []
  for await (const file of glob('*.ts', { cwd: queriesFolder })) {
    if (file.endsWith('.test.ts') || helpers.has(basename(file, '.ts'))) continue
    const module = (await import(join(queriesFolder, file))) as Record<string, unknown>
    missing.push(...Object.keys(module).filter((name) => !checked.has(name)))
  }
  expect(missing).toEqual([])
})
