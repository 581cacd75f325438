import { sql, type Expression, type RawBuilder } from 'kysely'

/** Whether a folded column contains a folded text. `%` and `_` are ordinary characters. */
export function containsText(column: Expression<string>, text: string): RawBuilder<boolean> {
  const pattern = `%${text.replace(/[\\%_]/g, (character) => `\\${character}`)}%`
  return sql<boolean>`${column} like ${pattern} escape '\\'`
}
