import { sql } from 'kysely'
import type { Store } from '../store.ts'

/** The waitlists whose counts differ from their prebooks. There must be none in any committed state. */
export async function miscountedWaitlists(store: Pick<Store, 'read'>): Promise<unknown[]> {
  const { rows } = await store.read((reader) =>
    sql`
      select waitlists.* from waitlists
      join (
        select waitlists.id, count(prebooks.id) as counted from waitlists
        left join prebooks on waitlist_id = waitlists.id and (cancelled_at is null or cancelled_from = 'notified')
        group by waitlists.id
      ) as recounted on recounted.id = waitlists.id
      where waiting_count <> counted or notified_count <> counted
        or (notified_at is not null and notified_count is null)`.execute(reader),
  )
  return rows
}
