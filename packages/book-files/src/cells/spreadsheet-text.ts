/**
 * Takes off what spreadsheets put around a text so that it is not read as a number or a formula: `="0441013597"`, and an apostrophe
 * before digits or before one of = + - @.
 */
export function withoutTextMarks(cell: string): string {
  const formula = /^=\s*"((?:[^"]|"")*)"$/.exec(cell)?.[1]
  if (formula !== undefined) return formula.replaceAll('""', '"').trim()
  return /^['’‘`´]\s*[\d=+\-@\t\r＝＋－＠]/.test(cell) ? cell.slice(1).trim() : cell
}
