import type { CopiedTable } from './copied-table.ts'

/**
 * Sorts tables so that each comes after the tables it references. Otherwise the given order is kept.
 *
 * @throws Error when tables reference each other in a cycle
 */
export function tablesInOrder(tables: readonly CopiedTable[]): CopiedTable[] {
  const ordered: CopiedTable[] = []
  let remaining = [...tables]
  while (remaining.length > 0) {
    const names = new Set(remaining.map((table) => table.name))
    const ready = remaining.filter((table) =>
      table.refersTo.every((name) => name === table.name || !names.has(name)),
    )
    if (ready.length === 0) throw new Error(`These tables reference each other: ${[...names].join(', ')}.`)
    ordered.push(...ready)
    remaining = remaining.filter((table) => !ready.includes(table))
  }
  return ordered
}
