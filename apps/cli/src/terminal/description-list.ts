import { styleText } from 'node:util'

/** Lines of `label  text` with aligned texts. Entries without text are omitted. */
export function describeList(entries: [label: string, text: string | null][]): string[] {
  const width = Math.max(...entries.map(([label, text]) => (text === null ? 0 : label.length)))
  return entries.flatMap(([label, text]) =>
    text === null ? [] : [`${styleText('dim', label.padEnd(width))}  ${text}`],
  )
}
