export type Row = Record<string, unknown>

/**
 * The queries that must return no rows in any committed state, by the violation that a row means.
 *
 * @param movementId the SQL expression that reads the movement's id from the JSON text `answer`
 */
function queriesFor(movementId: string): Record<string, string> {
  return {
    'a movement that does not start where the one before it ended': `
      select id from (select id, delta, quantity_after,
        lag(quantity_after, 1, 0) over (partition by book_id order by id) as quantity_before
        from stock_movements) as steps
      where quantity_before + delta <> quantity_after`,
    'a stock that differs from its last movement': `
      select id, stock_quantity from books where stock_quantity <> coalesce((select quantity_after
        from stock_movements where book_id = books.id order by stock_movements.id desc limit 1), 0)`,
    'an open waitlist for a book that is in stock': `
      select waitlists.id from waitlists join books on books.id = book_id
      where notified_at is null and waitlists.withdrawn_at is null and stock_quantity > 0`,
    'an open waitlist for a book that is withdrawn': `
      select waitlists.id from waitlists join books on books.id = book_id
      where notified_at is null and waitlists.withdrawn_at is null and books.withdrawn_at is not null`,
    'a waitlist that was closed twice': `
      select id from waitlists where notified_at is not null and withdrawn_at is not null`,
    'a book with a successor that is not withdrawn': `
      select id from books where successor_id is not null and withdrawn_at is null`,
    // The clock of one machine orders them well enough, except for ties.
    'a waitlist that a restock left open': `
      select waitlists.id from waitlists join stock_movements m on m.book_id = waitlists.book_id
      where notified_at is null and withdrawn_at is null and m.delta = m.quantity_after
        and opened_at < m.created_at`,
    'a waitlist not closed by its restock': `
      select waitlists.id from waitlists left join stock_movements m on m.id = closed_by
      where notified_at is not null and (m.id is null or m.book_id <> waitlists.book_id
        or m.delta <> m.quantity_after or m.created_at <> notified_at)`,
    'waitlists of a book closed in a different order than opened': `
      select id from (select id, closed_by,
        lag(closed_by, 1, 0) over (partition by book_id order by id) as closed_before
        from waitlists where withdrawn_at is null) as spells
      where closed_before is null or closed_by < closed_before`,
    'a waitlist without the prebook that opened it': `
      select id from waitlists where not exists (select 1 from prebooks where waitlist_id = waitlists.id)`,
    'a prebook created after its waitlist was closed': `
      select prebooks.id from prebooks join waitlists on waitlists.id = waitlist_id
      where created_at > coalesce(notified_at, withdrawn_at)`,
    'two active prebooks of one reader on one waitlist': `
      select waitlist_id, user_id from prebooks where cancelled_at is null group by waitlist_id, user_id
      having count(*) > 1`,
    'a count of a waitlist that differs from the number of its waiting or notified prebooks': `
      select id, waiting_count, notified_count from waitlists where
        waiting_count <> (select count(*) from prebooks
          where waitlist_id = waitlists.id and (cancelled_at is null or cancelled_from = 'notified'))
        or (notified_at is not null and (notified_count is null or notified_count <> waiting_count))`,
    'a remembered request without its movement': `
      select idempotency_key from stock_requests where ${movementId} is not null
        and ${movementId} not in (select id from stock_movements)`,
  }
}

/** The queries that find violations of the invariants, for each engine. */
export const violationQueries = {
  sqlite: queriesFor(`coalesce(json_extract(answer, '$.movement.id'), json_extract(answer, '$.movementId'))`),
  postgres: queriesFor(
    `cast(coalesce(cast(answer as json) -> 'movement' ->> 'id', cast(answer as json) ->> 'movementId') as bigint)`,
  ),
}

/** Describes a row that must not exist. */
export function violation(meaning: string, row: Row): string {
  return `${meaning}: ${JSON.stringify(row)}`
}
