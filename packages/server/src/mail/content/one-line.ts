/** Collapses control characters and whitespace to single spaces, so the text is safe in a header or on one line. */
export function oneLine(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
}
