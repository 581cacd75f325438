import type { FigureKey, Row } from './record.ts'

/** One way to measure: `take` gives a value for each measure. */
export type Turn = FigureKey & { beside?: FigureKey; take: () => Promise<Record<string, number>> }

/**
 * Measures every way once a round, so that a machine that slows down slows all of them. The first round warms everything up
 * and does not count, and each round begins with another way: nobody is always measured first.
 */
export async function takeTurns(
  turns: Turn[],
  { rounds, progress }: { rounds: number; progress: (text: string) => void },
): Promise<Row[]> {
  const rows = turns.map(({ way, at, beside }): Row => ({
    way,
    at,
    values: {},
    ...(beside !== undefined && { beside }),
  }))
  for (let round = 0; round <= rounds; round += 1) {
    for (let step = 0; step < turns.length; step += 1) {
      const index = (round + step) % turns.length
      const [turn, row] = [turns[index], rows[index]]
      if (turn === undefined || row === undefined) continue
      const warmUp = round === 0 ? 'warming up' : `round ${round} of ${rounds}`
      progress(`${warmUp}: ${turn.way}, ${turn.at}`)
      const taken = await turn.take()
      if (round === 0) continue
      for (const [measure, value] of Object.entries(taken)) (row.values[measure] ??= []).push(value)
    }
  }
  return rows
}
