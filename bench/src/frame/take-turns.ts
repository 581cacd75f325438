import type { FigureKey, Row } from './record.ts'

/** One row to measure: `take` resolves to a value for each measure. */
export type Turn = FigureKey & { baseline?: FigureKey; take: () => Promise<Record<string, number>> }

/**
 * Measures every variant once per round, so that a slow phase of the machine affects all of them. The first round warms up
 * and does not count. Each round starts with a different variant, so that none is always first.
 */
export async function takeTurns(
  turns: Turn[],
  { rounds, progress }: { rounds: number; progress: (text: string) => void },
): Promise<Row[]> {
  const rows = turns.map(({ variant, at, baseline }): Row => ({
    variant,
    at,
    values: {},
    ...(baseline !== undefined && { baseline }),
  }))
  for (let round = 0; round <= rounds; round += 1) {
    for (let step = 0; step < turns.length; step += 1) {
      const index = (round + step) % turns.length
      const [turn, row] = [turns[index], rows[index]]
      if (turn === undefined || row === undefined) continue
      const warmUp = round === 0 ? 'warming up' : `round ${round} of ${rounds}`
      progress(`${warmUp}: ${turn.variant}, ${turn.at}`)
      const taken = await turn.take()
      if (round === 0) continue
      for (const [measure, value] of Object.entries(taken)) (row.values[measure] ??= []).push(value)
    }
  }
  return rows
}
