import { joinBytes } from '../bytes.ts'
import { FileError } from '../file-error.ts'
import type { WorkbookFormat } from '../file-format.ts'
import type { FileRow } from '../file-row.ts'
import { openArchive, type Archive } from './open-archive.ts'
import { readSheet, type CellContext } from './read-sheet.ts'
import { readRelationships, readSharedStrings, readSheets, readStyles, type Sheet } from './workbook-parts.ts'

const MEGABYTE = 1024 * 1024

/** The most bytes of a workbook, which is kept in memory because the list of its files is at its end. */
const MAX_FILE = 200 * MEGABYTE

/** The most unpacked bytes: of a sheet, which is read as a stream, of the texts of all cells, and of other parts. */
const MAX_UNPACKED = { sheet: 4096 * MEGABYTE, texts: 512 * MEGABYTE, part: 32 * MEGABYTE }

const SAVE_AS = 'Save the list as .xlsx or as “CSV UTF-8”.'

/**
 * Reads the first visible sheet of an Excel workbook that has rows. The rows are unpacked on demand.
 *
 * @throws FileError when it is damaged, too large, or another kind of file; also while reading rows
 */
export async function readWorkbook(
  start: Uint8Array,
  rest: AsyncIterator<Uint8Array>,
): Promise<{ format: WorkbookFormat; rows: AsyncGenerator<FileRow> }> {
  const bytes = await readWhole(start, rest)
  try {
    const archive = await openArchive(bytes)
    refuseOtherKinds(archive)
    const { sheets, context } = await readParts(archive)
    const [first, ...others] = await sheetsWithRows(archive, sheets, context)
    if (first === undefined)
      throw new FileError('The workbook has no rows.', { remedy: 'Put the list into a visible sheet.' })
    return {
      format: { kind: 'xlsx', sheet: first.name, otherSheets: others.map(({ name }) => name) },
      rows: rowsOf(archive, first, context, bytes.length),
    }
  } catch (error) {
    throw damage(error)
  }
}

async function readWhole(start: Uint8Array, rest: AsyncIterator<Uint8Array>): Promise<Uint8Array> {
  const parts = [start]
  let size = start.length
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) {
    parts.push(next.value)
    size += next.value.length
    if (size > MAX_FILE) throw tooLarge()
  }
  return joinBytes(parts)
}

/** Other files that are ZIP archives too, by a file inside them. */
const OTHER_KINDS = [
  ['content.xml', 'an OpenDocument file (.ods)'],
  ['xl/workbook.bin', 'a binary Excel workbook (.xlsb)'],
  ['Index/Document.iwa', 'an Apple Numbers file'],
  ['word/document.xml', 'a Word document'],
] as const

function refuseOtherKinds({ names, isEncrypted }: Archive): void {
  if (isEncrypted) throw new FileError('The file has a password.', { remedy: 'Save it without a password.' })
  const other = OTHER_KINDS.find(([name]) => names.includes(name))
  if (other !== undefined) throw new FileError(`The file is ${other[1]}.`, { remedy: SAVE_AS })
  if (!names.includes('_rels/.rels'))
    throw new FileError('The file is a ZIP archive, not a workbook.', {
      remedy: 'Unpack it, and choose the list in it.',
    })
}

async function readParts(archive: Archive): Promise<{ sheets: Sheet[]; context: CellContext }> {
  const read = (name: string) => readPart(archive, name)
  const workbook = readRelationships(await read('_rels/.rels'), '').byKind.get('officeDocument') ?? ''
  const folder = workbook.slice(0, Math.max(0, workbook.lastIndexOf('/')))
  const { sheets, is1904 } = readSheets(await read(workbook))
  const name = workbook.slice(workbook.lastIndexOf('/') + 1)
  const { byId, byKind } = readRelationships(await read(`${folder}/_rels/${name}.rels`), folder)
  const [texts, styles] = [byKind.get('sharedStrings'), byKind.get('styles')]
  return {
    sheets: sheets.flatMap((sheet) => {
      const file = byId.get(sheet.id)
      return file === undefined ? [] : [{ name: sheet.name, file }]
    }),
    context: {
      strings: texts === undefined ? [] : await readSharedStrings(textOf(archive, texts, MAX_UNPACKED.texts)),
      styles: styles === undefined ? [] : readStyles(await read(styles)),
      is1904,
    },
  }
}

async function sheetsWithRows(archive: Archive, sheets: Sheet[], context: CellContext): Promise<Sheet[]> {
  const found: Sheet[] = []
  for (const sheet of sheets) {
    const rows = readSheet(piecesOf(archive, sheet, 0), context)
    const first = await rows.next()
    await rows.return(undefined)
    if (first.done !== true) found.push(sheet)
  }
  return found
}

async function* rowsOf(
  archive: Archive,
  sheet: Sheet,
  context: CellContext,
  size: number,
): AsyncGenerator<FileRow> {
  try {
    yield* readSheet(piecesOf(archive, sheet, size), context)
  } catch (error) {
    throw damage(error)
  }
}

/** The XML of a sheet. The bytes of the workbook that are read follow from the share of the sheet. */
async function* piecesOf(
  archive: Archive,
  { file }: Sheet,
  size: number,
): AsyncGenerator<{ text: string; bytes: number }> {
  const share = size / Math.max(1, archive.sizeOf(file))
  let unpacked = 0
  for await (const text of textOf(archive, file, MAX_UNPACKED.sheet)) {
    unpacked += text.length
    yield { text, bytes: Math.min(size, Math.round(unpacked * share)) }
  }
}

async function readPart(archive: Archive, name: string): Promise<string> {
  let whole = ''
  for await (const text of textOf(archive, name, MAX_UNPACKED.part)) whole += text
  return whole
}

/** A file as text. A small archive can unpack to any size, and can lie about it. */
async function* textOf(archive: Archive, name: string, most: number): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let size = 0
  for await (const bytes of archive.read(name)) {
    size += bytes.length
    if (size > most) throw tooLarge()
    yield decoder.decode(bytes, { stream: true })
  }
}

function tooLarge(): FileError {
  return new FileError('The workbook is too large.', { remedy: 'Save the list as “CSV UTF-8”.' })
}

function damage(error: unknown): unknown {
  if (error instanceof FileError) return error
  return new FileError('The workbook is damaged.', {
    remedy: `Open it in the program that made it. ${SAVE_AS}`,
    cause: error,
  })
}
