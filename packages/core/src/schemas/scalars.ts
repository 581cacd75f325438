import { z } from 'zod'
import { parseAccountEmail, parseEmail, type ParsedEmail } from '../email.ts'
import { limits } from '../limits.ts'
import { parseIsbn } from '../isbn.ts'

/** An id from 1 to 2^53 − 1, which JavaScript, JSON and every database engine represent exactly. */
export const Id = z.int().min(1)

/** A time: ISO 8601 in UTC with milliseconds, such as `2026-03-01T09:30:00.000Z`. */
export const IsoTime = z.iso.datetime({ precision: 3 })

/**
 * A check that an input has exactly one of two optional fields. Both together are a problem of the second field.
 *
 * @example z.strictObject({ bookId: Id.optional(), isbn: Isbn.optional() }).superRefine(exactlyOne('bookId', 'isbn'))
 */
export function exactlyOne<Field extends string>(first: Field, second: Field) {
  return (input: { [Name in Field]?: unknown }, context: z.RefinementCtx): void => {
    const has = (field: Field) => input[field] !== undefined
    if (has(first) && has(second))
      context.addIssue({ code: 'custom', path: [second], message: `Must be left out if ${first} is given.` })
    else if (!has(first) && !has(second))
      context.addIssue({ code: 'custom', message: `Provide either ${first} or ${second}.` })
  }
}

/** The ISO 4217 code of a currency. */
export const Currency = z.string().regex(/^[A-Z]{3}$/)

/** The largest count that public responses show exactly. */
export const COUNT_CAP = 1000
const BEYOND_CAP = `${COUNT_CAP}+` as const

/** A count of readers: exact up to 1,000, then `'1000+'`, so that no public request has to count millions of rows. */
export const CappedCount = z.union([z.int().min(0).max(COUNT_CAP), z.literal(BEYOND_CAP)])
/** See {@link CappedCount}. */
export type CappedCount = z.infer<typeof CappedCount>

/** Caps a count for public responses. Counting may stop at {@link COUNT_CAP} + 1. */
export function cappedCount(count: number): CappedCount {
  return count > COUNT_CAP ? BEYOND_CAP : count
}

// Control characters would reach terminals, mail headers and logs. A lone surrogate cannot be stored as UTF-8.
// eslint-disable-next-line no-control-regex
const controlCharacter = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029]/

function isPlain(text: string): boolean {
  return text.isWellFormed() && !controlCharacter.test(text)
}

/** A search query: trimmed, possibly empty, without control characters. */
export function searchQuery(max: number) {
  return z.string().trim().max(max, tooLong(max)).refine(isPlain, {
    error: 'Must be plain text, without control characters.',
  })
}

/**
 * A single line of text in Unicode normal form C: something visible, without control characters. Line breaks and tabs become
 * spaces, and the characters that reverse the direction of text are removed.
 */
export function lineOfText(max: number) {
  return typedText((text) => joinLines(text.split(/[\n\v\f\r\t\u0085\u2028\u2029]+/), ' ')).max(
    max,
    tooLong(max),
  )
}

/**
 * Text of several lines, cleaned like {@link lineOfText}. Every kind of line break becomes `\n`, with at most one empty line in
 * a row. Text beyond `max` characters is cut and ends with an ellipsis.
 */
export function paragraphs(max: number) {
  return typedText((text) => {
    const lines = text.split(/\r\n|[\n\v\f\r\u0085\u2028\u2029]/)
    return shorten(joinLines(lines, '\n').replaceAll(/\n{3,}/g, '\n\n'), max)
  })
}

/** Something that a reader sees: not only spaces, accents without letters, and characters without a shape. */
const visible = /[^\p{White_Space}\p{Control}\p{Format}\p{Mark}\p{Default_Ignorable_Code_Point}\u2800]/u

function typedText(clean: (text: string) => string) {
  return z
    .string()
    .overwrite((text) =>
      clean(
        text
          .replaceAll(/\p{Bidi_Control}/gu, '')
          .normalize('NFC')
          .trim(),
      ).trim(),
    )
    .min(1, 'Must not be empty.')
    .refine((text) => text === '' || visible.test(text), { error: 'Must contain visible text.' })
    .refine(isPlain, { error: 'Must be plain text, without control characters.' })
}

function joinLines(lines: string[], separator: string): string {
  return lines.map((line) => line.trimEnd()).join(separator)
}

function tooLong(max: number): string {
  return `Must have at most ${max} characters.`
}

/** Characters that a cut text may lose, so that it ends with a whole word. */
const MOST_LOST = 50

/** The beginning of a text with an ellipsis; the text itself if it has at most `max` characters. */
function shorten(text: string, max: number): string {
  if (text.length <= max) return text
  const start = text.slice(0, max - 1)
  const words = start.slice(0, /\s\S*$/.exec(start)?.index).trimEnd()
  // Some scripts have no spaces. A surrogate pair must not be cut in half.
  const kept = words !== '' && words.length >= start.length - MOST_LOST ? words : start
  return `${kept.replace(/[\ud800-\udbff]$/, '')}…`
}

/** An ISBN-10 or ISBN-13 with or without hyphens. It is transformed to the 13 digits that are stored. */
export const Isbn = z
  .string()
  .max(limits.isbn.max)
  .transform((text, context) => {
    const isbn = parseIsbn(text)
    if (isbn !== null) return isbn
    context.addIssue({
      code: 'custom',
      message: 'Must be a valid ISBN-10 or ISBN-13, including the check digit.',
    })
    return z.NEVER
  })

/** The e-mail address of a new account. It is transformed to the one spelling that is stored, see {@link parseEmail}. */
export const Email = emailBy(parseEmail)

/** The e-mail address of an account that may exist, see {@link parseAccountEmail}. */
export const AccountEmail = emailBy(parseAccountEmail)

function emailBy(parse: (text: string) => ParsedEmail) {
  return z
    .string()
    .max(limits.email.max, tooLong(limits.email.max))
    .transform((text, context) => {
      const parsed = parse(text)
      if ('email' in parsed) return parsed.email
      context.addIssue({ code: 'custom', message: parsed.problem })
      return z.NEVER
    })
    .meta({
      format: 'idn-email',
      description:
        'The e-mail address. A dot-string address of RFC 5321, without a quoted local part or an address literal. An international domain is ' +
        'accepted in Unicode and in ASCII (`xn--…`). Stored and returned in lower case, with the domain in ASCII.',
    })
}
