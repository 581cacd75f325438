/** What stands in a header or on a line of its own stays on one line, whatever it is made of. */
export function oneLine(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
}
