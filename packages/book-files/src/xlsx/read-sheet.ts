import type { FileRow } from '../file-row.ts'
import { numberText, type NumberFormat } from './number-text.ts'
import { MAX_ELEMENT, readXml } from './read-xml.ts'
import { unescapeCharacters } from './workbook-parts.ts'

/** What the cells of a sheet refer to. */
export type CellContext = { strings: string[]; styles: NumberFormat[]; is1904: boolean }

/** The most columns that a sheet has in Excel. */
const MAX_COLUMNS = 16_384

type Cell = {
  reference: string
  type: string
  style: number
  text: string
  isFormula: boolean
  hasValue: boolean
}

/**
 * Reads the rows of a sheet, on demand. Rows without any value are left out.
 *
 * @param pieces the XML of the sheet, with the bytes that are read up to the end of each piece
 * @throws Error when it is not well-formed
 */
export async function* readSheet(
  pieces: AsyncIterable<{ text: string; bytes: number }>,
  context: CellContext,
): AsyncGenerator<FileRow> {
  const ready: { line: number; cells: string[]; brokenCells: Map<number, string> }[] = []
  let length = 0
  let line = 0
  let column = 0
  let cells: string[] = []
  let brokenCells = new Map<number, string>()
  let cell: Cell | null = null
  let phonetic = false
  let isText = false
  const reader = readXml({
    open: (name, attributes) => {
      isText = cell !== null && !phonetic && (name === 'v' || name === 't')
      if (cell !== null && name === 'f') cell.isFormula = true
      if (cell !== null && name === 'v') cell.hasValue = true
      if (name === 'rPh') phonetic = true
      if (name === 'row') {
        line = Number(attributes()['r'] ?? line + 1)
        column = 0
        cells = []
        brokenCells = new Map()
      }
      if (name !== 'c') return
      const { r = '', t = 'n', s = '0' } = attributes()
      cell = { reference: r, type: t, style: Number(s), text: '', isFormula: false, hasValue: false }
    },
    text: (text) => {
      if (isText && cell !== null) cell.text += text
    },
    close: (name) => {
      isText = false
      if (name === 'rPh') phonetic = false
      if (name === 'c' && cell !== null) {
        column = columnOf(cell.reference) ?? column
        const problem = cellProblem(cell)
        if (problem !== null) brokenCells.set(column, problem)
        const text = cellText(cell, context).trim()
        if (text !== '' && column < MAX_COLUMNS) {
          while (cells.length < column) cells.push('')
          cells[column] = text
        }
        column += 1
        cell = null
      }
      if (name === 'row') length = 0
      if (name === 'row' && (cells.length > 0 || brokenCells.size > 0))
        ready.push({ line, cells, brokenCells })
    },
  })
  for await (const { text, bytes } of pieces) {
    reader.write(text)
    length += text.length
    if (length > MAX_ELEMENT) throw new Error(`The row after row ${line} has no end.`)
    for (const row of ready.splice(0)) yield { ...row, lastLine: row.line, bytes, problem: null }
  }
  reader.end()
}

function cellProblem({ reference, type, text, isFormula, hasValue }: Cell): string | null {
  if (type === 'e') return `The cell ${reference} has the error ${text}.`
  if (!isFormula || hasValue) return null
  return `The cell ${reference} has a formula without its result. Open the workbook in a spreadsheet, and save it.`
}

function cellText({ type, style, text }: Cell, { strings, styles, is1904 }: CellContext): string {
  if (type === 's') return sharedText(strings, text)
  if (type === 'str' || type === 'inlineStr') return unescapeCharacters(text)
  if (type === 'b') return text === '1' || text === 'true' ? 'TRUE' : 'FALSE'
  if (type === 'd') return text.replace(/T00:00:00(?:\.0+)?Z?$/, '').replace('T', ' ')
  const value = Number(text)
  if (type !== 'n' || text === '' || !Number.isFinite(value)) return text
  return numberText(value, styles[style] ?? { kind: 'number', currency: '' }, is1904)
}

function sharedText(strings: string[], index: string): string {
  const text = strings[Number(index)]
  if (text === undefined) throw new Error(`The workbook has no text ${index}.`)
  return text
}

/** The index of the column of `AB12`; null without a reference. */
function columnOf(reference: string): number | null {
  const letters = /^[A-Z]+/.exec(reference)?.[0]
  if (letters === undefined) return null
  return Array.from(letters).reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1
}
