import fc from 'fast-check'
import type { Fields } from './sound-values.ts'

/** JSON text that no JavaScript value serializes to. It is inserted unchanged. */
export class Literal {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
  toString(): string {
    return this.text.slice(0, 60)
  }
}

/** Serializes fields as a JSON object. */
export function serializeFields(fields: Fields): string {
  return `{${fields.map(([name, value]) => `${JSON.stringify(name)}:${serialize(value)}`).join(',')}}`
}

function serialize(value: unknown): string {
  return value instanceof Literal ? value.text : JSON.stringify(value)
}

/** Numbers on which parsers, doubles and databases disagree. */
export const oddNumbers = [
  '-1',
  '-0',
  '0',
  '1.5',
  '1.0',
  '1e0',
  '1e400',
  '-1e400',
  '1e-7',
  '9007199254740991',
  '9007199254740992',
  '9007199254740993',
  '9223372036854775808',
  '123456789012345678901234567890',
  '19.999',
  '100000.01',
]

const notNumbers = [
  'NaN',
  'Infinity',
  '-Infinity',
  '0x10',
  '01',
  '+1',
  '1.',
  '.5',
  'undefined',
  "'x'",
  '1_000',
]

/** Texts known to break databases, terminals, mail or regular expressions. */
export const oddTexts = [
  '',
  ' ',
  '\u0000',
  'Dune\u0000',
  '\ud800',
  'a\udfffb',
  '\u202eenuD',
  '\u001b[31mred',
  'two\r\nlines: Bcc: x@example.org',
  '\u2028',
  '\ufeffDune',
  '\ufdfa'.repeat(200),
  `Z${'\u0301'.repeat(150)}`,
  '👩‍👩‍👧‍👦'.repeat(20),
  'ı İ ſ K ß',
  `'; drop table books; --`,
  '%_\\%',
  '${7*7}{{7*7}}<script>',
  '__proto__',
  'NaN',
  'Infinity',
  'null',
  '[object Object]',
  '../../../etc/passwd',
  '$&$`$1',
  'a '.repeat(100),
  'x'.repeat(100_000),
]

const deep = [
  '['.repeat(5_000) + ']'.repeat(5_000),
  '{"a":'.repeat(5_000) + '1' + '}'.repeat(5_000),
  `[${'0,'.repeat(20_000)}0]`,
  `[${'{},'.repeat(5_000)}{}]`,
]

/** Values that most fields reject. */
export const brokenValue: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom<unknown>(null, true, false, '1', [], {}, [[]], ['x'], { id: 1 }) },
  { weight: 3, arbitrary: fc.constantFrom(...oddNumbers).map((text) => new Literal(text)) },
  { weight: 4, arbitrary: fc.constantFrom(...oddTexts) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  { weight: 1, arbitrary: fc.constantFrom(...notNumbers, ...deep).map((text) => new Literal(text)) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
)

/** Field names that no input has, or that callers must not set. */
export const brokenName = fc.oneof(
  fc.constantFrom('__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'then', 'toJSON'),
  fc.constantFrom('id', 'role', 'isActive', 'is_admin', 'userId', 'user_id', 'bookId', 'priceCents', 'where'),
  fc.constantFrom('', ' ', '\u0000', '\ud800', '0', '$where', '$&'.repeat(500), 'x'.repeat(2_000)),
  fc.string({ unit: 'binary', maxLength: 20 }),
)

/** Valid fields with one to three defects. */
export function brokenFields(valid: fc.Arbitrary<Fields>): fc.Arbitrary<Fields> {
  const defect = fc.oneof(
    { weight: 6, arbitrary: fc.tuple(fc.constant('replace' as const), fc.nat(20), brokenValue) },
    { weight: 2, arbitrary: fc.tuple(fc.constant('drop' as const), fc.nat(20), fc.constant(null)) },
    { weight: 1, arbitrary: fc.tuple(fc.constant('double' as const), fc.nat(20), brokenValue) },
    { weight: 3, arbitrary: fc.tuple(fc.constant('add' as const), brokenName, brokenValue) },
  )
  return fc.tuple(valid, fc.array(defect, { minLength: 1, maxLength: 3 })).map(([fields, defects]) => {
    let broken = fields
    for (const [kind, where, value] of defects) {
      broken = kind === 'add' ? withField(broken, [where, value]) : breakAt(broken, where, kind, value)
    }
    return broken
  })
}

function withField(fields: Fields, field: Fields[number]): Fields {
  return [...fields, field]
}

function breakAt(fields: Fields, place: number, kind: 'replace' | 'drop' | 'double', value: unknown): Fields {
  const index = place % Math.max(1, fields.length)
  const field = fields[index]
  if (field === undefined) return fields
  if (kind === 'drop') return fields.toSpliced(index, 1)
  if (kind === 'double') return withField(fields, [field[0], value])
  return fields.with(index, [field[0], value])
}

/** Bodies that are not a JSON object, or almost one. */
export function brokenText(valid: fc.Arbitrary<Fields>): fc.Arbitrary<string | Uint8Array> {
  const serialized = valid.map(serializeFields)
  return fc.oneof(
    fc.tuple(serialized, fc.nat(200)).map(([text, end]) => text.slice(0, end % Math.max(1, text.length))),
    serialized.map((text) => `\ufeff${text}`),
    serialized.map((text) => `${text}${text}`),
    serialized.map((text) => `${text.slice(0, -1)},}`),
    serialized.map((text) => `[${text}]`),
    serialized.map((text) => JSON.stringify(text)),
    serialized.map((text) => new Uint8Array(Buffer.from(text, 'utf16le'))),
    fc.uint8Array({ maxLength: 40 }),
    fc.constantFrom('', ' ', 'null', 'true', '0', '""', '[]', '{', '//', '{}\u0000', ...notNumbers, ...deep),
  )
}
