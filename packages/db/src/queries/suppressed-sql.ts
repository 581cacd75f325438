import { sql, type Expression, type RawBuilder } from 'kysely'

/** This many temporary refusals in a row, each of another mail, count as a permanent one. */
const TEMPORARY_REFUSALS = 5

/** The number of refusals of an address, as SQL. */
export function refusalCountSql(email: Expression<string | null>): RawBuilder<number> {
  return sql<number>`(select count(*) from refusals where refusals.email = ${email})`
}

/**
 * Whether an address is suppressed and gets no more mail, as SQL: it refused mail for good, or refused
 * {@link TEMPORARY_REFUSALS} mails in a row.
 */
export function suppressedSql(email: Expression<string | null>): RawBuilder<0 | 1> {
  return sql<
    0 | 1
  >`(select case when max(permanent) = 1 or count(*) >= ${sql.lit(TEMPORARY_REFUSALS)} then 1 else 0 end
    from refusals where refusals.email = ${email})`
}
