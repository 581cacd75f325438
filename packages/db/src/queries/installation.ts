import type { Reader, Tx } from '../database.ts'

/** A value of this installation by its name, or undefined. */
export async function findInstallationValue(reader: Reader, name: string): Promise<string | undefined> {
  const row = await reader
    .selectFrom('installation')
    .select('value')
    .where('name', '=', name)
    .executeTakeFirst()
  return row?.value
}

/** Stores a value of this installation, unless the name has one. It never changes an existing value. */
export async function addInstallationValue(tx: Tx, name: string, value: string): Promise<void> {
  await tx
    .insertInto('installation')
    .values({ name, value })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .execute()
}

/** Deletes a value of this installation, if there is one. */
export async function deleteInstallationValue(tx: Tx, name: string): Promise<void> {
  await tx.deleteFrom('installation').where('name', '=', name).execute()
}
