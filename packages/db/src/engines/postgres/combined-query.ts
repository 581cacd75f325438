import type { CompiledQuery } from 'kysely'

/** The column with the position of the query that a row belongs to. */
const POSITION = 'combined_position'

type Row = Record<string, unknown>

/** An insert of one row from parameters alone, which writes nothing if the row is there already. */
const INSERT =
  /^insert into ("\w+") \(("\w+"(?:, "\w+")*)\) values \((\$\d+(?:, \$\d+)*)\) (on conflict .*do nothing) returning ("\w+"(?:, "\w+")*)$/

/**
 * Identifies queries that can run as one statement: those with the same text and types of values which select, or insert a
 * row if it is not there yet. Null when this one has to run alone.
 */
export function combinationKey({ sql, parameters }: CompiledQuery): string | null {
  if (parameters.length === 0 || !(sql.startsWith('select ') || isInsert(sql))) return null
  let types = ''
  for (const value of parameters) {
    if (typeof value === 'string') types += 's'
    else if (Number.isSafeInteger(value)) types += 'i'
    else return null
  }
  return `${types} ${sql}`
}

/** Whether a query writes. Of two such queries with the same values, each is run. */
export function isInsert(sql: string): boolean {
  return INSERT.test(sql)
}

const texts = new Map<string, string>()

/**
 * Combines different queries with the same key into one statement, with their values in arrays. Selects run once for each of
 * them, so each is planned and reads as it would alone. Inserts insert their rows in order.
 */
export function combine(queries: readonly CompiledQuery[]): { sql: string; parameters: unknown[][] } {
  const [first] = queries
  if (first === undefined) throw new Error('There is no query to combine.')
  const key = String(combinationKey(first))
  const sql = texts.get(key) ?? combinedText(first)
  texts.set(key, sql)
  return {
    sql,
    parameters: first.parameters.map((_, index) => queries.map(({ parameters }) => parameters[index])),
  }
}

function combinedText({ sql, parameters }: CompiledQuery): string {
  const arrays = parameters.map(
    (value, index) => `$${index + 1}::${typeof value === 'string' ? 'text' : 'bigint'}[]`,
  )
  const [, table, columns, , onConflict, returned] = INSERT.exec(sql) ?? []
  if (columns === undefined) return combinedSelect(sql, arrays)
  // A row is matched with what was given for it by all of its values: no two are the same.
  return `with given as (
      select * from unnest(${arrays.join(', ')}) with ordinality as given (${columns}, ${POSITION})
    ), inserted as (
      insert into ${table} (${columns}) select ${columns} from given order by ${POSITION} ${onConflict} returning *
    )
    select ${returned}, ${POSITION} from inserted join given using (${columns})`
}

function combinedSelect(sql: string, arrays: readonly string[]): string {
  const names = arrays.map((_, index) => `p${index + 1}`)
  const text = sql.replaceAll(/\$(\d+)/g, 'each_query.p$1')
  // `offset 0` keeps the planner from joining in another way than by running the text for each.
  return `select one.*, each_query.position as ${POSITION}
    from unnest(${arrays.join(', ')}) with ordinality as each_query (${names.join(', ')}, position)
    cross join lateral (${text} offset 0) as one`
}

/** Splits the rows of a combined statement: those of each query, in the order of the queries. */
export function splitRows(rows: readonly Row[], queries: number): Row[][] {
  const split = Array.from({ length: queries }, (): Row[] => [])
  for (const { [POSITION]: position, ...row } of rows) split[Number(position) - 1]?.push(row)
  return split
}
