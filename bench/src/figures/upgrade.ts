import { openStore } from '@prebook/db'
import { fillOldSchemaWith } from '@prebook/db/testing'
import type { Bench } from '../frame/bench.ts'
import type { Row } from '../frame/record.ts'
import { noPostgres, startDurablePostgres } from '../servers/postgres.ts'
import { workFolder } from '../shop/work-folder.ts'

/** How long the service is down for the upgrade to the outbox. */
export const upgrade: Bench = {
  name: 'upgrade',
  about: 'the upgrade of a database with 1,000,000 deliveries',
  async run({ rounds, most, progress }) {
    const count = Math.min(1_000_000, most)
    const rows: Row[] = []
    for (const variant of ['SQLite', 'PostgreSQL']) {
      const seconds: number[] = []
      for (let round = 1; round <= rounds; round += 1) {
        await using disposables = new AsyncDisposableStack()
        const url = await emptyDatabase(variant, disposables)
        if (url === null) break
        progress(`${variant}: filling a database of the earlier version, round ${round} of ${rounds}`)
        await fillOldSchemaWith(url, '0006-audit-entries', deliveriesOf(count))
        const store = await openStore(url, {
          onUpgraded(migrations) {
            const outbox = migrations.find(({ name }) => name === '0010-outbox')
            if (outbox !== undefined) seconds.push(outbox.durationMs / 1_000)
          },
        })
        await store.close()
      }
      if (seconds.length > 0)
        rows.push({ variant, at: `${count.toLocaleString('en')} deliveries`, values: { seconds } })
    }
    return {
      name: 'upgrade',
      title: 'The upgrade to the outbox',
      about:
        'The time of the migration 0010-outbox, which the service logs. The service starts when it is done.',
      measures: [{ name: 'seconds', better: 'less', digits: 1 }],
      rows,
      ...(rows.length < 2 && { skipped: [noPostgres] }),
    }
  },
}

async function emptyDatabase(variant: string, disposables: AsyncDisposableStack): Promise<string | null> {
  if (variant === 'SQLite') return `file:${disposables.use(await workFolder()).path('upgrade.db')}`
  const postgres = await startDurablePostgres()
  return postgres === null ? null : disposables.use(postgres).url
}

/** One book with a broadcast that is half sent. */
function deliveriesOf(count: number): string[] {
  const numbers = `with recursive numbers(n) as (select 1 union all select n + 1 from numbers where n < ${count})`
  return [
    `insert into books (title, author, price_cents, stock_quantity, search_text, created_at, updated_at)
      values ('Book', 'Bench', 1, 0, 'book', 0, 0)`,
    `${numbers} insert into users (email, password_hash, role, created_at)
      select 'crowd' || n || '@bench.example', 'none', 'reader', 0 from numbers`,
    `insert into waitlists (book_id, opened_at) values (1, 0)`,
    `insert into prebooks (waitlist_id, user_id, created_at) select 1, id, 0 from users order by id`,
    `insert into deliveries (prebook_id, book_id, state, queued_at, next_attempt_at)
      select id, 1, case when id % 2 = 0 then 'sent' else 'pending' end, 0, 0 from prebooks order by id`,
  ]
}
