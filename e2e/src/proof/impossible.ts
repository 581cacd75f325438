export type Row = Record<string, unknown>

/**
 * What must have no rows in any committed state, by what it would mean if it had.
 *
 * @param movementId how the engine reads, out of the text `answer`, the id of the movement in it
 */
function impossible(movementId: string): Record<string, string> {
  return {
    'a movement that does not start where the one before it ended': `
      select id from (select id, delta, quantity_after,
        lag(quantity_after, 1, 0) over (partition by book_id order by id) as quantity_before
        from stock_movements) as steps
      where quantity_before + delta <> quantity_after`,
    'a stock that is not what its movements come to': `
      select id, stock_quantity from books where stock_quantity <> coalesce((select quantity_after
        from stock_movements where book_id = books.id order by stock_movements.id desc limit 1), 0)`,
    'people waiting for a book that is in stock': `
      select waitlists.id from waitlists join books on books.id = book_id
      where notified_at is null and stock_quantity > 0`,
    // The clock of one machine orders them well enough, a tie aside.
    'a waitlist that a restock left open': `
      select waitlists.id from waitlists join stock_movements m on m.book_id = waitlists.book_id
      where notified_at is null and m.delta = m.quantity_after and opened_at < m.created_at`,
    'a waitlist closed by something else than its restock': `
      select waitlists.id from waitlists left join stock_movements m on m.id = closed_by
      where notified_at is not null and (m.id is null or m.book_id <> waitlists.book_id
        or m.delta <> m.quantity_after or m.created_at <> notified_at)`,
    'waitlists of a book closed in another order than they were opened': `
      select id from (select id, closed_by,
        lag(closed_by, 1, 0) over (partition by book_id order by id) as closed_before
        from waitlists) as spells
      where closed_before is null or closed_by < closed_before`,
    'a waitlist without the prebook that opened it': `
      select id from waitlists where not exists (select 1 from prebooks where waitlist_id = waitlists.id)`,
    'a prebook made after its waitlist was closed': `
      select prebooks.id from prebooks join waitlists on waitlists.id = waitlist_id where created_at > notified_at`,
    'two live prebooks of one person for one spell': `
      select waitlist_id, user_id from prebooks where cancelled_at is null group by waitlist_id, user_id
      having count(*) > 1`,
    'a number notified that is not how many were': `
      select id, notified_count from waitlists where notified_count is not null and notified_count <> (select count(*)
        from prebooks where waitlist_id = waitlists.id and (cancelled_at is null or cancelled_from = 'notified'))`,
    'a request remembered whose movement was not made': `
      select idempotency_key from stock_requests where ${movementId} is not null
        and ${movementId} not in (select id from stock_movements)`,
  }
}

/** The questions that find what no committed state may show, in SQL that both engines understand. */
export const questions = {
  sqlite: impossible(`json_extract(answer, '$.movement.id')`),
  postgres: impossible(`cast(cast(answer as json) -> 'movement' ->> 'id' as bigint)`),
}

/** Names each row that is there and must not be. */
export function violation(meaning: string, row: Row): string {
  return `${meaning}: ${JSON.stringify(row)}`
}
