import { FileError } from './file-error.ts'

const TO_TEXT = 'Save the list as “CSV UTF-8” or as .xlsx.'

/** The first bytes of files that are no text, as Latin-1, and what they are. */
const OTHERS: [start: string, what: string, remedy: string][] = [
  ['%PDF', 'a PDF', TO_TEXT],
  ['{\\rtf', 'a Word document (.rtf)', TO_TEXT],
  ['\x1f\x8b', 'compressed (gzip)', 'Unpack it first.'],
  ['Rar!', 'compressed (RAR)', 'Unpack it first.'],
  ['7z\xbc\xaf', 'compressed (7-Zip)', 'Unpack it first.'],
  ['\x89PNG', 'a picture', TO_TEXT],
  ['\xff\xd8\xff', 'a picture', TO_TEXT],
]

/**
 * Whether the first bytes are those of a workbook or of text.
 *
 * @throws FileError when they are those of another known kind of file
 */
export function fileKind(start: Uint8Array): 'workbook' | 'text' {
  const text = new TextDecoder('latin1').decode(start.subarray(0, 1_000))
  const bytes = String.fromCharCode(...start.subarray(0, 8))
  if (bytes.startsWith('PK\x03\x04') || bytes.startsWith('PK\x05\x06')) return 'workbook'
  if (bytes === '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1') throw oldOffice(start)
  if (/^\s*<(?:!doctype|html|table|\?xml|workbook)/i.test(text.replace(/^ï»¿/, '')))
    throw new FileError('The file is a web page or XML, not a list.', {
      remedy: `Some programs give such files the name .xls. Open it in a spreadsheet. ${TO_TEXT}`,
    })
  const other = OTHERS.find(([first]) => bytes.startsWith(first))
  if (other === undefined) return 'text'
  throw new FileError(`The file is ${other[1]}.`, { remedy: other[2] })
}

/** Old Excel files and workbooks with a password are in the same kind of container. The names in it differ. */
function oldOffice(start: Uint8Array): FileError {
  const text = new TextDecoder('utf-16le').decode(start)
  if (text.includes('EncryptedPackage'))
    return new FileError('The workbook has a password.', {
      remedy: 'Open it in Excel and save it without a password.',
    })
  return new FileError('The file is an old Excel file (.xls), or a workbook with a password.', {
    remedy: `Open it in a spreadsheet. ${TO_TEXT}`,
  })
}
