/** A row of a file as it is, with a header or without one. */
export type FileRow = {
  /** The line on which it starts, or the number of the row in a sheet; 1 is the first. */
  line: number
  /** The line on which it ends. A quoted value may contain line breaks. */
  lastLine: number
  /** The bytes of the file read up to its end; an estimate inside a file. */
  bytes: number
  /** Its values without surrounding spaces. */
  cells: string[]
  /** Why the values are unreliable: malformed quotes, or a byte that is no text. Null when they are not. */
  problem: string | null
  /** Why the values of some cells of a workbook are unreliable, by their index. */
  brokenCells?: ReadonlyMap<number, string>
}

/** Why a row is unreliable, or one of its cells at some places: at any place, if none are given. Null when they are not. */
export function problemIn({ problem, brokenCells }: FileRow, places?: readonly number[]): string | null {
  if (problem !== null || brokenCells === undefined) return problem
  const broken = places ?? [...brokenCells.keys()]
  return broken.flatMap((place) => brokenCells.get(place) ?? [])[0] ?? null
}
