/** How numbers of a cell are shown. */
export type NumberFormat =
  | { kind: 'date'; parts: 'year' | 'month' | 'day' | 'time' }
  | { kind: 'mask'; mask: string }
  | { kind: 'percent' }
  | { kind: 'number'; currency: string }

const PLAIN: NumberFormat = { kind: 'number', currency: '' }
const DATE: NumberFormat = { kind: 'date', parts: 'day' }
const TIME: NumberFormat = { kind: 'date', parts: 'time' }

/** The built-in formats that are no plain numbers, by id. ISO/IEC 29500-1, 18.8.30. */
const BUILT_IN = new Map<number, NumberFormat>([
  [9, { kind: 'percent' }],
  [10, { kind: 'percent' }],
  [14, DATE],
  [15, DATE],
  [16, DATE],
  [17, { kind: 'date', parts: 'month' }],
  ...[18, 19, 20, 21, 45, 46, 47].map((id) => [id, TIME] as const),
  [22, DATE],
  ...[27, 28, 29, 30, 31, 36, 50, 51, 52, 53, 54, 57, 58].map((id) => [id, DATE] as const),
])

/** The format of an id, or of a code such as `yyyy-mm-dd` or `0000000000`. */
export function numberFormat(id: number, code: string | undefined): NumberFormat {
  if (code === undefined) return BUILT_IN.get(id) ?? PLAIN
  // The format of positive numbers is before the first semicolon.
  const positive = /^(?:"[^"]*"|\\.|[^;])*/.exec(code)?.[0] ?? ''
  const tokens = positive.replace(/"[^"]*"|\\.|_.|\*.|\[[^\]]*\]/g, '').toLowerCase()
  if (/[ymdhs]/.test(tokens) && !/general/.test(tokens)) return dateFormat(tokens)
  if (tokens.includes('%')) return { kind: 'percent' }
  const mask = positive.replace(/["\\]|\[[^\]]*\]|_.|\*./g, '')
  if (/^[0 -]*00[0 -]*$/.test(mask)) return { kind: 'mask', mask }
  return { kind: 'number', currency: currencyOf(positive) }
}

function dateFormat(tokens: string): NumberFormat {
  if (tokens.includes('d')) return DATE
  if (/[hs]/.test(tokens)) return TIME
  return { kind: 'date', parts: tokens.includes('m') ? 'month' : 'year' }
}

/** The sign of a currency in a format: `[$€-407]`, `"USD"`, `\$`. Other words are units, such as `"pcs"`. */
function currencyOf(code: string): string {
  const named = /\[\$([^\]-]+)/.exec(code)?.[1]?.trim() ?? /\p{Sc}/u.exec(code)?.[0]
  const words = code.match(/\b[A-Z]{3}\b/g) ?? []
  return named ?? words.find((word) => currencies.has(word)) ?? ''
}

const currencies = new Set(Intl.supportedValuesOf('currency'))

/** A number as its cell shows it, in one form for all countries: `2027-03-12`, `19.99`, `€19.99`. */
export function numberText(value: number, format: NumberFormat, is1904: boolean): string {
  if (format.kind === 'date') return dateText(value, format.parts, is1904)
  if (format.kind === 'mask') return maskedText(value, format.mask)
  if (format.kind === 'percent') return `${plainNumber(value * 100)}%`
  return withCurrency(plainNumber(value), format.currency)
}

function withCurrency(number: string, currency: string): string {
  const space = /^[A-Za-z]/.test(currency) ? ' ' : ''
  return currency === ''
    ? number
    : `${number.startsWith('-') ? '-' : ''}${currency}${space}${number.replace('-', '')}`
}

/** Excel keeps 15 digits: 19.989999999999998 is 19.99. */
function plainNumber(value: number): string {
  const rounded = Number(value.toPrecision(15))
  return Math.abs(rounded) >= 1e21 ? BigInt(rounded).toString() : String(rounded)
}

/** `0000000000` shows 441013597 as 0441013597; `000-0-00` puts hyphens between digits. */
function maskedText(value: number, mask: string): string {
  const zeros = mask.replace(/[^0]/g, '').length
  if (!Number.isInteger(value) || value < 0) return plainNumber(value)
  const digits = plainNumber(value).padStart(zeros, '0')
  let next = digits.length - zeros
  const rest = mask.replace(/0/g, () => digits[next++] ?? '')
  return digits.slice(0, digits.length - zeros) + rest
}

const DAY = 86_400_000

/** Days since the end of 1899, or since 1904. Excel has a 29th of February 1900, so its days before it are one less. */
function dateText(value: number, parts: 'year' | 'month' | 'day' | 'time', is1904: boolean): string {
  const epoch = Date.UTC(is1904 ? 1904 : 1899, is1904 ? 0 : 11, is1904 ? 1 : value < 60 ? 31 : 30)
  const date = new Date(epoch + Math.round(value * 86_400) * 1_000)
  if (Number.isNaN(date.getTime()) || date.getTime() > Date.UTC(9999, 11, 31) + DAY || value < 0)
    return plainNumber(value)
  const [day = '', clock = ''] = date.toISOString().slice(0, 19).split('T')
  if (parts === 'year') return day.slice(0, 4)
  if (parts === 'month') return day.slice(0, 7)
  if (value < 1) return clock
  return clock === '00:00:00' ? day : `${day} ${clock}`
}
