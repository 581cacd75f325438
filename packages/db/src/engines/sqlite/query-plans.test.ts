import Sqlite from 'better-sqlite3'
import { Kysely, type CompiledQuery } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Database, Tx } from '../../database.ts'
import { openStore } from '../../open-store.ts'
import { recordAudit } from '../../queries/audit-entries.ts'
import { insertPrebook } from '../../queries/prebooks.ts'
import { collectWaitingChanges } from '../../waiting-counts.ts'
import { addBook, addPrebook, addUser, addWaitlist } from '../../testing/rows.ts'
import { ImmediateSqliteDialect } from './sqlite-dialect.ts'
import { temporaryFolder } from '../../testing/temporary-folder.ts'

import { hotPlans } from './testing/hot-plans.ts'

/** A migrated file, and a connection that records the statements that a query function sends. */
async function explained() {
  await using setUp = new AsyncDisposableStack()
  const folder = setUp.use(await temporaryFolder())
  const url = `file:${folder.path('prebook.db')}`
  await openStore(url).then((store) => store.close())
  const database = setUp.adopt(new Sqlite(folder.path('prebook.db')), (it) => void it.close())
  const sent: CompiledQuery[] = []
  const db = new Kysely<Database>({
    dialect: new ImmediateSqliteDialect(database),
    log: (event) => void sent.push(event.query),
  })

  async function statements(work: (tx: Tx) => Promise<unknown>): Promise<CompiledQuery[]> {
    sent.length = 0
    await db.transaction().execute((tx) => work(tx))
    return sent.filter((query) => !/^(?:begin|commit)/.test(query.sql))
  }

  const disposables = setUp.move()
  return {
    database,
    db,
    statements,
    /** The steps of each statement's plan, in SQLite's notation. */
    async plan(work: (tx: Tx) => Promise<unknown>): Promise<string[]> {
      const steps = (await statements(work)).map(({ sql, parameters }) =>
        database.prepare<unknown[], { detail: string }>(`explain query plan ${sql}`).all(...parameters),
      )
      return steps.flat().map((step) => step.detail)
    },
    [Symbol.asyncDispose]: () => disposables.disposeAsync(),
  }
}

/**
 * A scan of a whole table or index, such as `SCAN users`. It does not match the few rows of a named subquery, or a
 * partial index that contains only the wanted rows.
 */
const wholeTable =
  /^SCAN (?:users|sessions|books|stock_movements|stock_requests|waitlists|prebooks|deliveries|throttle_counts|installation|account_links|refusals|api_tokens|kept_answers|announcements|search_words|wanted_books|consents|used_wishes)\b(?!.* (?:waitlists_undispatched|users_active_admins)$)/

/** A statement with its parameters inlined as literals. */
function inlined(sql: string, parameters: readonly unknown[]): string {
  const values = [...parameters]
  return sql.replaceAll(/\+?\?/g, () => {
    const value = values.shift()
    return typeof value === 'string' ? `'${value}'` : String(value)
  })
}

function run(statement: Sqlite.Statement, parameters: readonly unknown[]): void {
  if (statement.reader) statement.all(...parameters)
  else statement.run(...parameters)
}

/** The shortest time that each takes over many interleaved rounds. Noise on the machine only adds time. */
function leastTimes(works: (() => void)[]): [number, number] {
  const least = works.map(() => Infinity)
  for (let round = 0; round < 60; round += 1) {
    for (const [index, work] of works.entries()) {
      const started = performance.now()
      for (let count = 0; count < 20; count += 1) work()
      least[index] = Math.min(least[index] ?? Infinity, performance.now() - started)
    }
  }
  return [least[0] ?? 0, least[1] ?? 0]
}

/** Gives the planner the statistics of tables with a million rows, as ANALYZE would. */
function pretendMillions(database: Sqlite.Database): void {
  database.exec('analyze; delete from sqlite_stat1; delete from sqlite_stat4')
  const indexes = database
    .prepare<unknown[], { tbl: string; idx: string; columns: number; is_unique: number; partial: number }>(
      `select tables.name as tbl, list.name as idx, list."unique" as is_unique, list.partial,
        (select count(*) from pragma_index_info(list.name)) as columns
      from sqlite_schema as tables, pragma_index_list(tables.name) as list where tables.type = 'table'`,
    )
    .all()
  const insert = database.prepare('insert into sqlite_stat1 values (?, ?, ?)')
  for (const { tbl, idx, columns, is_unique, partial } of indexes) {
    const rows = partial === 1 ? 10_000 : 1_000_000
    // How many rows share the first column, the first two, and so on.
    const sharing = Array.from({ length: columns }, (_, index) =>
      index === columns - 1 && is_unique === 1 ? 1 : Math.ceil(rows / 1_000 ** (index + 1)),
    )
    insert.run(tbl, idx, [rows, ...sharing].join(' '))
  }
  database.exec('analyze sqlite_schema')
}

describe.each(['without statistics', 'with the statistics of a million rows'])(
  'the plan %s',
  (statistics) => {
    let explain: Awaited<ReturnType<typeof explained>>
    beforeAll(async () => {
      explain = await explained()
      await explain.db.transaction().execute(async (tx) => {
        await addBook(tx, { id: 1, title: 'A' })
        for (const id of [900, 1_000_000]) await addUser(tx, { id, email: `old.account${id}@example.org` })
        await recordAudit(tx, {
          at: 1,
          actor: { userId: 900 },
          action: 'users.reactivate',
          subject: 'user:1',
          details: {},
        })
      })
      if (statistics !== 'without statistics') pretendMillions(explain.database)
    })
    afterAll(() => explain[Symbol.asyncDispose]())

    test.each(hotPlans)(
      'of $what uses an index, scans no table, and sorts nothing',
      async ({ work, uses }) => {
        const plan = await explain.plan(work)
        expect(plan.filter((step) => wholeTable.test(step))).toEqual([])
        expect(plan.filter((step) => step.includes('TEMP B-TREE'))).toEqual([])
        for (const step of uses) expect(plan).toContainEqual(expect.stringMatching(step))
      },
    )

    test.each(hotPlans)('of $what is made once, not on each run', async ({ work }) => {
      for (const { sql, parameters } of await explain.statements(work)) {
        const bound = explain.database.prepare(sql)
        const literal = explain.database.prepare(inlined(sql, parameters))
        const [withValues, withLiterals] = leastTimes([() => run(bound, parameters), () => run(literal, [])])
        // If it were made on each run, it would take at least three times as long.
        expect(withValues / withLiterals, sql).toBeLessThan(2)
      }
    })

    test('of joining a waitlist finds an existing live prebook by its unique index', async () => {
      const { waitlist, user } = await explain.db.transaction().execute(async (tx) => {
        const waitlist_id = await addWaitlist(tx, { book_id: await addBook(tx) })
        await addPrebook(tx, { waitlist_id })
        return { waitlist: waitlist_id, user: 1_000_000 }
      })
      const [insert] = await explain.statements((tx) => {
        collectWaitingChanges(tx)
        return insertPrebook(tx, { waitlistId: waitlist, userId: user, now: 1 })
      })
      const program = explain.database
        .prepare<unknown[], { opcode: string; p1: number; p2: number }>(`explain ${insert?.sql}`)
        .all(...(insert?.parameters ?? []))
      const rootOf = explain.database.prepare('select rootpage from sqlite_master where name = ?').pluck()
      const root = rootOf.get('prebooks_live')
      const cursor = program.find((step) => step.opcode === 'OpenWrite' && step.p2 === root)?.p1
      // The foreign keys of deliveries and used wishes: the indexes have no entry for a new prebook.
      const ofPrebook = new Set(
        ['deliveries_of_prebook', 'used_wishes_of_prebook'].map((name) => rootOf.get(name)),
      )
      const probes = program.filter((step) => step.opcode === 'NoConflict').map((step) => step.p1)
      expect(probes).toEqual([cursor])
      const stored = new Set(
        program
          .filter((step) => /^Open(?:Read|Write)$/.test(step.opcode) && !ofPrebook.has(step.p2))
          .map((step) => step.p1),
      )
      const moves = program.filter((step) => /^(?:Rewind|Last|Next|Prev)$/.test(step.opcode))
      expect(moves.filter((step) => stored.has(step.p1))).toEqual([])
    })
  },
)
