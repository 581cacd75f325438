import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readTable } from '../read-table.ts'
import { collect } from '../testing/collect.ts'
import { bookColumns } from './book-columns.ts'
import { readBooks } from './read-books.ts'

type Book = { title: string; author: string; isbn: string; priceCents: number }

const separators = [',', ';', '\t', '|']

/** The check digit of an ISBN-13, computed otherwise than in core. */
function isbn13(stem: number): string {
  const digits = `978${String(stem).padStart(9, '0')}`
  for (let check = 0; check < 10; check += 1) {
    const weighed = Array.from(digits + check, (digit, at) => Number(digit) * (at % 2 === 0 ? 1 : 3))
    if (weighed.reduce((a, b) => a + b, 0) % 10 === 0) return digits + check
  }
  throw new Error('Every number has a check digit.')
}

function isbn10(isbn: string): string {
  const stem = isbn.slice(3, 12)
  const sum = Array.from(stem, (digit, at) => Number(digit) * (at + 1)).reduce((a, b) => a + b, 0) % 11
  return stem + (sum === 10 ? 'X' : String(sum))
}

const isbnForms: ((isbn: string) => string)[] = [
  (isbn) => isbn,
  isbn10,
  (isbn) => `ISBN ${isbn}`,
  (isbn) => `="${isbn}"`,
  (isbn) => `'${isbn}`,
  (isbn) => `${isbn.slice(0, 3)}\u2011${isbn.slice(3)}`,
  (isbn) => `${isbn} (pbk.)`,
]

/** Writes whole euros in groups of three. */
const grouped = (whole: string, sign: string) => whole.replace(/\B(?=(\d{3})+$)/g, sign)

const priceForms: ((whole: string, cents: string) => string)[] = [
  (whole, cents) => `${whole}.${cents}`,
  (whole, cents) => `${whole},${cents}`,
  (whole, cents) => `${grouped(whole, '.')},${cents}`,
  (whole, cents) => `${grouped(whole, ',')}.${cents}`,
  (whole, cents) => `${grouped(whole, '\u202f')},${cents} €`,
  (whole, cents) => `${grouped(whole, "'")}.${cents}`,
  (whole, cents) => `€${whole}.${cents}00`,
  (whole, cents) => `EUR ${whole}.${cents}`,
]

const headers = [
  ['title', 'author', 'isbn', 'price'],
  ['Name', 'Brands', 'GTIN, UPC, EAN, or ISBN', 'Regular price'],
  ['Titel', 'Autor/in', 'ISBN-Nummer', 'VK-Preis (EUR)'],
  ['Book-Title', 'Book-Author', 'ISBN', 'List Price'],
  ['b203', 'b036', 'b244', 'j151'],
]

const word = fc.stringMatching(/^[A-Za-zÄÖÜäöüßéí][A-Za-zÄÖÜäöüßéí,;|" .!]{0,20}[a-zäöü]$/)

const books: fc.Arbitrary<Book[]> = fc.uniqueArray(
  fc.record({
    title: word,
    author: word,
    isbn: fc.integer({ min: 10_000_007, max: 899_999_999 }).map(isbn13),
    priceCents: fc.integer({ min: 1, max: 99_999_999 }),
  }),
  { minLength: 1, maxLength: 8, selector: ({ isbn }) => isbn },
)

const dialect = fc.record({
  separator: fc.constantFrom(...separators),
  header: fc.constantFrom(...headers),
  order: fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }),
  isbnForm: fc.constantFrom(...isbnForms),
  priceForm: fc.constantFrom(...priceForms),
  quotesAll: fc.boolean(),
  lineEnd: fc.constantFrom('\n', '\r\n'),
  preamble: fc.constantFrom('', 'Stock report\n\n'),
})
type Dialect = typeof dialect extends fc.Arbitrary<infer D> ? D : never

function cellsOf({ title, author, isbn, priceCents }: Book, { isbnForm, priceForm }: Dialect): string[] {
  const price = priceForm(String(Math.floor(priceCents / 100)), String(priceCents % 100).padStart(2, '0'))
  return [title, author, isbnForm(isbn), price]
}

function write(
  rows: string[][],
  { separator, header, order, quotesAll, lineEnd, preamble }: Dialect,
): string {
  const quoted = (cell: string) =>
    quotesAll || /[",;|\t]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell
  const line = (cells: string[]) => order.map((at) => quoted(cells[at] ?? '')).join(separator)
  return preamble + [header, ...rows].map((cells) => line(cells) + lineEnd).join('')
}

async function read(content: string) {
  const source = async function* () {
    yield new TextEncoder().encode(content)
  }
  return collect(readBooks(await readTable(source(), null, bookColumns), { currency: 'EUR' }))
}

test('books that are written in any dialect read back as they are', async () => {
  await fc.assert(
    fc.asyncProperty(books, dialect, async (given, form) => {
      const rows = await read(
        write(
          given.map((book) => cellsOf(book, form)),
          form,
        ),
      )
      expect(rows.map((row) => ('row' in row.read ? row.read.row : row.read))).toEqual(given)
    }),
    { numRuns: 300 },
  )
})

/** What a person reads in a changed price, if it is a plain one; NaN if they would ask. */
function personReads(price: string): number {
  const plain = price.replace(/^(?:EUR|€)\s*|\s*€$/g, '').trim()
  const last = /[.,](\d+|-)$/.exec(plain)
  const decimals = last?.[1] ?? ''
  const whole = last === null ? plain : plain.slice(0, -last[0].length)
  const isGrouped = /^\d{1,3}(?:([.,'\u202f ])\d{3})(?:\1\d{3})*$/.test(whole)
  const isWhole = /^\d*$/.test(whole)
  if (decimals.length === 3 && /^\d{1,3}(?:[.,]\d{3})*$/.test(whole)) return Number.NaN
  if ((!isGrouped && !isWhole) || plain === '') return Number.NaN
  const cents = `${decimals.replace('-', '')}00`
  if (/[1-9]/.test(cents.slice(2))) return Number.NaN
  return Number(whole.replace(/\D/g, '') + cents.slice(0, 2))
}

function isSameIsbn(text: string, isbn: string): boolean {
  const digits = text.replace(/\(.*/, '').replace(/[^\dX]/g, '')
  return [isbn, isbn10(isbn)].some((each) => digits.endsWith(each.replace(/^0+/, '')))
}

/** Three digits after the sign are decided by the other prices of the file, which a person would look at too. */
function isSamePrice(text: string, cents: number | undefined): boolean {
  if (text.trim() === '') return cents === undefined
  const person = personReads(text)
  return Number.isNaN(person)
    ? text.replace(/\D/g, '').includes(String(cents).replace(/0+$/, ''))
    : cents === person
}

test('a file with one changed cell is never read otherwise than a person reads it', async () => {
  const change = fc.record({
    row: fc.nat(),
    column: fc.constantFrom(2, 3),
    at: fc.nat(),
    to: fc.constantFrom('', '0', '7', '.', ',', ' ', '-', 'X', 'e', '$', "'", '%'),
  })
  await fc.assert(
    fc.asyncProperty(books, dialect, change, async (given, form, { row, column, at, to }) => {
      const cells = given.map((book) => cellsOf(book, form))
      const changed = cells[row % cells.length] ?? []
      const before = changed[column] ?? ''
      const place = at % before.length
      const after = before.slice(0, place) + to + before.slice(place + 1)
      changed[column] = after
      const rows = await read(write(cells, form))
      const book = given[row % given.length]
      const result = rows[row % given.length]?.read
      // Refused, or read as before or as a person does.
      if (book === undefined || result === undefined || !('row' in result)) return
      const meant =
        column === 2 ? isSameIsbn(after, result.row.isbn) : isSamePrice(after, result.row.priceCents)
      if (!meant) throw new Error(`${before} became ${after} and was read as ${JSON.stringify(result.row)}`)
    }),
    { numRuns: 1_000 },
  )
})
