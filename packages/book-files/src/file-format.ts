import type { Separator } from './text/separator.ts'

/** How a text file is written. */
export type TextFormat = {
  kind: 'csv'
  /** The name of its encoding in the Encoding Standard, such as `utf-8` or `windows-1252`. */
  encoding: string
  /** Whether the encoding follows from the bytes; false when it was given. */
  isDetected: boolean
  separator: Separator
}

/** Where in a workbook the rows are, and the sheets with rows that are not read. */
export type WorkbookFormat = { kind: 'xlsx'; sheet: string; otherSheets: string[] }

/** How a file is written. */
export type FileFormat = TextFormat | WorkbookFormat

const separatorNames: Record<Separator, string> = {
  ',': 'commas',
  ';': 'semicolons',
  '\t': 'tabs',
  '|': 'vertical bars',
}

/** Describes a format in a few words, such as `windows-1252, semicolons`. */
export function describeFormat(format: FileFormat): string {
  if (format.kind === 'xlsx') {
    const others = format.otherSheets.map((name) => `“${name}”`).join(', ')
    return `Excel workbook, sheet “${format.sheet}”${others === '' ? '' : ` (not read: ${others})`}`
  }
  return `${format.encoding}, ${separatorNames[format.separator]}`
}
