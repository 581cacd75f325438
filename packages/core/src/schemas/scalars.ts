import { z } from 'zod'
import { parseAccountEmail, parseEmail, type ParsedEmail } from '../email.ts'
import { limits } from '../limits.ts'
import { parseIsbn } from '../isbn.ts'

/** An id from 1 to 2^53 − 1, which JavaScript, JSON and every database engine represent exactly. */
export const Id = z.int().min(1)

/** A time: ISO 8601 in UTC with milliseconds, such as `2026-03-01T09:30:00.000Z`. */
export const IsoTime = z.iso.datetime({ precision: 3 })

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
  return z.string().trim().max(max, `Must have at most ${max} characters.`).refine(isPlain, {
    error: 'Must be plain text, without control characters.',
  })
}

/** A single line of text: trimmed, not empty, in Unicode normal form C, without control characters. */
export function lineOfText(max: number) {
  return typedText(max).refine((text) => isPlain(text) && !/[\t\n]/.test(text), {
    error: 'Must be plain text on one line, without control characters.',
  })
}

/** Like {@link lineOfText}, but line breaks and tabs are allowed. */
export function paragraphs(max: number) {
  return typedText(max).refine((text) => isPlain(text.replaceAll('\r\n', '\n')), {
    error: 'Must be plain text, without control characters.',
  })
}

function typedText(max: number) {
  return z
    .string()
    .trim()
    .normalize('NFC')
    .min(1, 'Must not be empty.')
    .max(max, `Must have at most ${max} characters.`)
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
    .max(limits.email.max, `Must have at most ${limits.email.max} characters.`)
    .transform((text, context) => {
      const parsed = parse(text)
      if ('email' in parsed) return parsed.email
      context.addIssue({ code: 'custom', message: parsed.problem })
      return z.NEVER
    })
    .meta({
      format: 'idn-email',
      description:
        'A dot-string address of RFC 5321, without a quoted local part or an address literal. An international domain is ' +
        'accepted in Unicode and in ASCII (`xn--…`). Stored and returned in lower case, with the domain in ASCII.',
    })
}
