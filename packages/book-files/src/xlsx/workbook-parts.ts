import { numberFormat, type NumberFormat } from './number-text.ts'
import { MAX_ELEMENT, readXml } from './read-xml.ts'

/** A sheet of a workbook: its name, and the file inside the workbook. */
export type Sheet = { name: string; file: string }

/** Reads `xl/workbook.xml`: the sheets that can be seen, by the id of their relationship, and whether days count from 1904. */
export function readSheets(xml: string): { sheets: { name: string; id: string }[]; is1904: boolean } {
  const sheets: { name: string; id: string }[] = []
  let is1904 = false
  parse(xml, (name, { name: title = '', id = '', state = 'visible', date1904 = '0' }) => {
    if (name === 'workbookPr') is1904 = date1904 === '1' || date1904 === 'true'
    if (name === 'sheet' && state === 'visible') sheets.push({ name: title, id })
  })
  return { sheets, is1904 }
}

/** Reads a file of relationships: files by id, and by the last word of their kind. */
export function readRelationships(
  xml: string,
  folder: string,
): { byId: Map<string, string>; byKind: Map<string, string> } {
  const byId = new Map<string, string>()
  const byKind = new Map<string, string>()
  parse(xml, (name, { Id = '', Target = '', Type = '' }) => {
    if (name !== 'Relationship') return
    const file = resolve(folder, Target)
    byId.set(Id, file)
    byKind.set(Type.slice(Type.lastIndexOf('/') + 1), file)
  })
  return { byId, byKind }
}

/** Reads `xl/styles.xml`: the number format of each style. */
export function readStyles(xml: string): NumberFormat[] {
  const codes = new Map<number, string>()
  const styles: NumberFormat[] = []
  let isInCells = false
  parse(
    xml,
    (name, { numFmtId = '0', formatCode = '' }) => {
      if (name === 'numFmt') codes.set(Number(numFmtId), formatCode)
      if (name === 'cellXfs') isInCells = true
      if (name === 'xf' && isInCells) styles.push(numberFormat(Number(numFmtId), codes.get(Number(numFmtId))))
    },
    (name) => {
      if (name === 'cellXfs') isInCells = false
    },
  )
  return styles
}

/** Reads `xl/sharedStrings.xml`: the texts to which cells refer. */
export async function readSharedStrings(pieces: AsyncIterable<string>): Promise<string[]> {
  const strings: string[] = []
  let length = 0
  let text = ''
  let isText = false
  let phonetic = false
  const reader = readXml({
    open: (name) => {
      if (name === 'si') text = ''
      if (name === 'rPh') phonetic = true
      isText = name === 't' && !phonetic
    },
    close: (name) => {
      if (name === 'si') {
        strings.push(unescapeCharacters(text))
        length = 0
      }
      if (name === 'rPh') phonetic = false
      isText = false
    },
    text: (piece) => {
      if (isText) text += piece
    },
  })
  for await (const piece of pieces) {
    reader.write(piece)
    length += piece.length
    if (length > MAX_ELEMENT) throw new Error(`Text ${strings.length} has no end.`)
  }
  reader.end()
  return strings
}

/** Characters that XML cannot contain are written as `_x000D_`. ISO/IEC 29500-1, 22.4.2.4. */
export function unescapeCharacters(text: string): string {
  if (!text.includes('_x')) return text
  return text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  )
}

function parse(
  xml: string,
  open: (name: string, attributes: Record<string, string>) => void,
  close: (name: string) => void = () => undefined,
): void {
  const reader = readXml({ open: (name, attributes) => open(name, attributes()), close })
  reader.write(xml)
  reader.end()
}

/** The path of a target that is relative to a folder. */
function resolve(folder: string, target: string): string {
  const parts = target.startsWith('/') ? [] : folder.split('/')
  for (const part of target.split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  }
  return parts.filter((part) => part !== '').join('/')
}
