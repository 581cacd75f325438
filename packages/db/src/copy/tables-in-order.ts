import type { CopiedTable } from './copied-table.ts'

/**
 * Tables so that each comes after those it refers to; otherwise in the order given.
 *
 * @throws Error when tables refer to each other in a circle, in which no order is right
 */
export function tablesInOrder(tables: readonly CopiedTable[]): CopiedTable[] {
  const ordered: CopiedTable[] = []
  let waiting = [...tables]
  while (waiting.length > 0) {
    const names = new Set(waiting.map((table) => table.name))
    const ready = waiting.filter((table) =>
      table.refersTo.every((name) => name === table.name || !names.has(name)),
    )
    if (ready.length === 0) throw new Error(`These tables refer to each other: ${[...names].join(', ')}.`)
    ordered.push(...ready)
    waiting = waiting.filter((table) => !ready.includes(table))
  }
  return ordered
}
