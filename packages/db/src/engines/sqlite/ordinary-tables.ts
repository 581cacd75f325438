/**
 * Selects the names of the tables that hold data. Tables of SQLite and Kysely are left out, and so are those of an FTS5
 * index (`virtual` and `shadow`), whose contents follow from other rows.
 */
export const ORDINARY_TABLES = `
  select name from pragma_table_list
  where schema = 'main' and type = 'table'
    and name not like 'sqlite\\_%' escape '\\' and name not like 'kysely\\_%' escape '\\'
  order by name`
