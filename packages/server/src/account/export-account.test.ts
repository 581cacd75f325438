import { describe, expect, test } from 'vitest'
import { EXPORT_ROWS, type AccountExport } from '@prebook/core'
import { dispatchSlice, insertConsent, openAccountLink, type Database, type Tx } from '@prebook/db'
import { engines } from '@prebook/db/testing'
import { createTestServer, type Person } from '../testing/server.ts'
import { addBook } from '../testing/watcher.ts'

/** Why a column is not in an export: it names no person, it is how the service works, or it must not leave it. */
type LeftOut = 'not personal' | 'secret'

/**
 * Every column of the schema: where an export has it, or why not. If a test sends you here, decide for your new column:
 * a person may see all that is stored about them.
 */
const columns: { [Table in keyof Database]: { [Column in keyof Database[Table]]: LeftOut | `$${string}` } } =
  {
    users: {
      id: '$account.id',
      email: '$account.email',
      password_hash: 'secret',
      role: '$account.role',
      is_active: '$account.isActive',
      mail_opt_out: '$account.mailOptOut',
      created_at: '$account.createdAt',
      verified_at: '$account.verifiedAt',
      // An account that can ask for an export is not erased.
      erased_at: 'not personal',
      locale: '$account.locale',
      manage_generation: 'not personal',
    },
    sessions: {
      id: 'secret',
      user_id: '$account.id',
      created_at: '$sessions.createdAt',
      expires_at: '$sessions.expiresAt',
      public_id: '$sessions.id',
      last_used_at: '$sessions.lastUsedAt',
      agent: '$sessions.agent',
    },
    prebooks: {
      id: '$prebooks.id',
      waitlist_id: 'not personal',
      user_id: '$account.id',
      created_at: '$prebooks.createdAt',
      cancelled_at: '$prebooks.cancelledAt',
      // Follows from the status, the time of the notification and that of the cancellation.
      cancelled_from: 'not personal',
    },
    deliveries: {
      id: '$deliveries.id',
      kind: '$deliveries.kind',
      dedupe_key: 'not personal',
      lane: 'not personal',
      user_id: '$account.id',
      recipient: '$deliveries.email',
      prebook_id: '$deliveries.prebookId',
      book_id: '$deliveries.bookId',
      payload: 'not personal',
      locale: '$account.locale',
      queued_at: '$deliveries.queuedAt',
      state: '$deliveries.state',
      attempts: '$deliveries.attempts',
      next_attempt_at: 'not personal',
      lease_token: 'not personal',
      lease_expires_at: 'not personal',
      skip_reason: '$deliveries.skipReason',
      last_error: '$deliveries.lastError',
      sent_at: '$deliveries.sentAt',
    },
    stock_movements: {
      id: '$stockMovements.id',
      book_id: '$stockMovements.bookId',
      delta: '$stockMovements.delta',
      quantity_after: '$stockMovements.quantityAfter',
      actor_id: '$stockMovements.actorId',
      // Of what a token did, nothing is about a person.
      token_id: 'not personal',
      note: '$stockMovements.note',
      created_at: '$stockMovements.createdAt',
    },
    stock_requests: {
      id: 'not personal',
      actor_id: '$account.id',
      token_id: 'not personal',
      idempotency_key: '$stockRequests.idempotencyKey',
      request_hash: 'not personal',
      answer: '$stockRequests.answer',
      created_at: '$stockRequests.createdAt',
    },
    kept_answers: {
      // The account, as text.
      principal: 'not personal',
      idempotency_key: '$keptAnswers.idempotencyKey',
      fingerprint: 'not personal',
      answer: '$keptAnswers.answer',
      // Answers to an admin, who exports them.
      about_user_id: 'not personal',
      created_at: '$keptAnswers.createdAt',
    },
    books: {
      id: 'not personal',
      title: '$prebooks.bookTitle',
      author: '$prebooks.bookAuthor',
      isbn: 'not personal',
      price_cents: 'not personal',
      description: 'not personal',
      stock_quantity: 'not personal',
      search_text: 'not personal',
      withdrawn_at: 'not personal',
      successor_id: '$prebooks.successorId',
      expected_on: 'not personal',
      expected_until: 'not personal',
      created_at: 'not personal',
      updated_at: 'not personal',
    },
    announcements: {
      id: 'not personal',
      book_id: 'not personal',
      waitlist_id: 'not personal',
      kind: 'not personal',
      details: 'not personal',
      last_prebook_id: 'not personal',
      settles_at: 'not personal',
      dispatch_cursor: 'not personal',
      dispatched_at: 'not personal',
      created_at: 'not personal',
    },
    waitlists: {
      id: 'not personal',
      book_id: '$prebooks.bookId',
      opened_at: 'not personal',
      notified_at: '$prebooks.notifiedAt',
      withdrawn_at: '$prebooks.cancelledAt',
      withdrawal_note: 'not personal',
      closed_by: 'not personal',
      notified_count: 'not personal',
      waiting_count: 'not personal',
      dispatch_cursor: 'not personal',
      dispatched_at: 'not personal',
    },
    audit_entries: {
      id: '$auditEntries.id',
      at: '$auditEntries.at',
      actor_id: '$account.id',
      token_id: 'not personal',
      action: '$auditEntries.action',
      subject: '$auditEntries.subject',
      details: 'not personal',
    },
    // Tokens belong to the shop. That the person made one is in an audit entry.
    api_tokens: {
      id: 'not personal',
      name: 'not personal',
      hash: 'secret',
      scopes: 'not personal',
      created_by: 'not personal',
      created_at: 'not personal',
      expires_at: 'not personal',
      last_used_at: 'not personal',
      revoked_at: 'not personal',
      previous_hash: 'secret',
      previous_until: 'not personal',
    },
    // Counts of attempts, under a hash, for an hour.
    throttle_counts: { key: 'not personal', tries: 'not personal', expires_at: 'not personal' },
    installation: { name: 'not personal', value: 'not personal' },
    search_words: { word: 'not personal' },
    wanted_books: { book_id: 'not personal', search_text: 'not personal' },
    refusals: {
      email: '$account.email',
      delivery_id: '$refusals.deliveryId',
      permanent: '$refusals.permanent',
      refused_at: '$refusals.refusedAt',
    },
    // Kept so that a link makes one pre-booking, for a week.
    used_wishes: {
      hash: 'secret',
      prebook_id: 'not personal',
      manage_generation: 'not personal',
      expires_at: 'not personal',
    },
    consents: {
      prebook_id: '$consents.prebookId',
      version: '$consents.version',
      locale: '$consents.locale',
      given_at: '$consents.givenAt',
    },
    account_links: {
      user_id: '$account.id',
      purpose: '$openLinks.purpose',
      generation: 'not personal',
      expires_at: '$openLinks.expiresAt',
      email: '$openLinks.email',
      role: '$openLinks.role',
    },
  }
const tables = Object.keys(columns) as (keyof Database)[]

/** Everything in an export, in one part. */
async function exportAll(person: Person): Promise<AccountExport & { parts: number }> {
  const { parts, ...whole } = { parts: 1, ...(await person.call.account.export({})) }
  let count = parts
  for (let { nextCursor } = whole; nextCursor !== null; count += 1) {
    const part = await person.call.account.export({ cursor: nextCursor })
    for (const list of [
      'sessions',
      'prebooks',
      'consents',
      'deliveries',
      'stockMovements',
      'stockRequests',
      'keptAnswers',
      'openLinks',
      'refusals',
      'auditEntries',
    ] as const)
      whole[list].push(...(part[list] as never[]))
    nextCursor = part.nextCursor
  }
  return { ...whole, parts: count }
}

/** The values at a path such as `prebooks.bookTitle`, of every row. */
function valuesAt(all: AccountExport, path: string): unknown[] {
  const [list = '', field = ''] = path.slice(1).split('.')
  const rows = [all[list as keyof AccountExport]].flat() as unknown as Record<string, unknown>[]
  return rows.map((row) => row[field])
}

/** The forms in which an API shows a stored value. */
function formsOf(stored: unknown): unknown[] {
  const forms = [stored, stored === 1]
  return typeof stored === 'number' ? [...forms, new Date(stored).toISOString()] : forms
}

describe.each(engines)('the export of an account on $name', (engine) => {
  test('places every column of the schema', async () => {
    await using server = await createTestServer(engine)
    const found = await server.services.store.write((tx) => tx.introspection.getTables())
    const inSchema = found
      .filter(({ name }) => !/^(?:sqlite_|kysely_)/.test(name))
      .flatMap((table) => table.columns.map((column) => `${table.name}.${column.name}`))
    const placed = tables.flatMap((table) => Object.keys(columns[table]).map((name) => `${table}.${name}`))
    expect(inSchema.toSorted()).toEqual(placed.toSorted())
  })

  test('has every value that is placed in it, and nothing of others', async () => {
    await using server = await createTestServer(engine)
    const admin = await server.admin()
    const [bookId, otherBook] = [await addBook(admin, 'A title'), await addBook(admin, 'Not mine')]
    const stranger = await server.reader()
    await stranger.call.prebooks.create({ bookId: otherBook })
    await admin.call.prebooks
      .create({ bookId })
      .then(({ id }) => admin.call.prebooks.cancel({ prebookId: id }))
    await admin.call.prebooks.create({ bookId })
    await admin.call.account.update({ mailOptOut: true })
    const set = { bookId, quantity: 3, note: 'a note', idempotencyKey: 'a-key' }
    await admin.call.stock.set(set)
    const skipped = await addBook(admin, 'Another title')
    await admin.call.prebooks.create({ bookId: skipped })
    await admin.call.stock.set({ ...set, bookId: skipped, idempotencyKey: 'b-key' })
    const withdrawn = await addBook(admin, 'A withdrawn title')
    await admin.call.prebooks.create({ bookId: withdrawn })
    await admin.call.books.withdraw({ bookId: withdrawn, successorId: otherBook })
    await server.keyed(admin.token, 'c-key').books.create({ title: 'Keyed', author: 'A', priceCents: 1 })
    await server.services.store.write(async (tx) => {
      for (const { id } of await tx
        .selectFrom('waitlists')
        .select('id')
        .where('notified_at', 'is not', null)
        .execute())
        await dispatchSlice(tx, { dispatch: { table: 'waitlists', id }, limit: 10, now: 5 })
      const sent = { state: 'sent', attempts: 7, last_error: 'an error', sent_at: 3_000 } as const
      const skip = { state: 'skipped', skip_reason: 'opted-out' } as const
      await tx.updateTable('deliveries').set(sent).where('book_id', '=', bookId).execute()
      await tx.updateTable('deliveries').set(skip).where('book_id', '=', skipped).execute()
      const { email } = await tx
        .selectFrom('users')
        .select('email')
        .where('id', '=', admin.id)
        .executeTakeFirstOrThrow()
      await tx.updateTable('deliveries').set({ recipient: email }).where('user_id', '=', admin.id).execute()
      const { id } = await tx
        .selectFrom('deliveries')
        .select('id')
        .where('book_id', '=', bookId)
        .executeTakeFirstOrThrow()
      const refusal = { email: String(email), delivery_id: id, permanent: 1, refused_at: 4_000 } as const
      await tx.insertInto('refusals').values(refusal).execute()
      const [first] = await tx.selectFrom('prebooks').select('id').where('user_id', '=', admin.id).execute()
      const consent = { version: '2026-11-30', locale: 'ar', givenAt: 6_000 }
      await insertConsent(tx, { prebookId: first?.id ?? 0, ...consent })
      const link = { userId: admin.id, expiresAt: 5_000 }
      await openAccountLink(tx, { ...link, purpose: 'verify', email: 'new@example.org' })
      await openAccountLink(tx, { ...link, purpose: 'invite', role: 'staff' })
      await tx.updateTable('sessions').set({ agent: 'curl' }).where('user_id', '=', admin.id).execute()
    })

    const all = await exportAll(admin)
    for (const table of tables) {
      const rows = await server.services.store.read((reader) =>
        reader.selectFrom(table).selectAll().execute(),
      )
      const owner = (row: object) =>
        ['user_id', 'actor_id'].map((name) => (row as Record<string, unknown>)[name]).find(Number)
      for (const [column, place] of Object.entries(columns[table]) as [string, string][]) {
        const stored = rows
          .filter((row) => (owner(row) ?? admin.id) === admin.id)
          .map((row) => (row as Record<string, unknown>)[column])
          .filter((value) => value !== null)
        if (!place.startsWith('$')) continue
        const exported = valuesAt(all, place)
        expect({ column: `${table}.${column}`, filled: stored.length > 0 }).toMatchObject({ filled: true })
        const shown = stored.filter((value) => formsOf(value).some((form) => exported.includes(form)))
        const isOthers = table === 'users' || table === 'books' || table === 'waitlists'
        expect({ table, column, shown: isOthers ? Math.min(1, shown.length) : shown.length }).toEqual({
          table,
          column,
          shown: isOthers ? 1 : stored.length,
        })
      }
    }
    const text = JSON.stringify(all)
    expect(text).not.toContain('Not mine')
    const secrets = await server.services.store.read(async (reader) => [
      ...(await reader.selectFrom('users').select('password_hash as secret').execute()),
      ...(await reader.selectFrom('sessions').select('id as secret').execute()),
      ...(await reader.selectFrom('users').select('email as secret').where('id', '=', stranger.id).execute()),
    ])
    expect(secrets.length).toBeGreaterThan(4)
    for (const { secret } of secrets) expect(text).not.toContain(secret)
    expect((await exportAll(stranger)).prebooks).toMatchObject([{ bookTitle: 'Not mine' }])
    await expect(server.as().account.export({})).rejects.toMatchObject({ cause: { reason: 'AUTH_REQUIRED' } })
  })

  test('comes in bounded parts, without gaps or repeats', async () => {
    await using server = await createTestServer(engine)
    const [admin, reader] = [await server.admin(), await server.reader()]
    const bookId = await addBook(admin)
    await reader.call.prebooks.create({ bookId })
    const many = 2 * EXPORT_ROWS + 10
    await server.services.store.write((tx) => addCancelled(tx, reader.id, many))
    for (let count = 0; count < 3; count += 1) await server.services.sessions.start(reader.id)

    const first = await reader.call.account.export({})
    const rows = (part: AccountExport) => part.sessions.length + part.prebooks.length + part.deliveries.length
    expect([rows(first), first.sessions.length]).toEqual([EXPORT_ROWS, 4])
    const all = await exportAll(reader)
    expect(all.parts).toBe(3)
    const ids = all.prebooks.map(({ id }) => id)
    expect(ids).toHaveLength(many + 1)
    expect(ids).toEqual([...new Set(ids)].toSorted((a, b) => a - b))
  })

  test('refuses a cursor of something else', async () => {
    await using server = await createTestServer(engine)
    const reader = await server.reader()
    for (const text of [
      'books:1',
      'sessions:x',
      'prebooks:-1',
      'stockRequests:\n',
      'constructor:1',
      '',
      'x',
    ]) {
      const cursor = Buffer.from(text).toString('base64url')
      await expect(reader.call.account.export({ cursor })).rejects.toMatchObject({ code: 'BAD_REQUEST' })
    }
  })
})

/** Adds many cancelled prebooks of an account, on the only waitlist. */
async function addCancelled(tx: Tx, userId: number, count: number): Promise<void> {
  const { id } = await tx.selectFrom('waitlists').select('id').executeTakeFirstOrThrow()
  const row = { waitlist_id: id, user_id: userId, created_at: 1, cancelled_at: 2 }
  for (let added = 0; added < count; added += 102) {
    const rows = Array.from({ length: Math.min(102, count - added) }, () => ({
      ...row,
      cancelled_from: 'waiting' as const,
    }))
    await tx.insertInto('prebooks').values(rows).execute()
  }
}
