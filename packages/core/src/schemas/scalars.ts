import { z } from 'zod'
import { limits } from '../limits.ts'
import { parseIsbn } from '../isbn.ts'

/** An id: 1 to 2^53 − 1, so that it is the same number in JavaScript, in JSON and in every engine. */
export const Id = z.int().min(1)

/** A time at an API: ISO 8601 in UTC with milliseconds, e.g. `2026-03-01T09:30:00.000Z`. */
export const IsoTime = z.iso.datetime({ precision: 3 })

/** The largest count that is told exactly in public. */
export const COUNT_CAP = 1000
const BEYOND_CAP = `${COUNT_CAP}+` as const

/** A count of people: exact to 1,000, beyond that `'1000+'`, so that no public answer costs a count of millions. */
export const CappedCount = z.union([z.int().min(0).max(COUNT_CAP), z.literal(BEYOND_CAP)])
/** See {@link CappedCount}. */
export type CappedCount = z.infer<typeof CappedCount>

/** Turns a count that was taken up to one past {@link COUNT_CAP} into what is told in public. */
export function cappedCount(count: number): CappedCount {
  return count > COUNT_CAP ? BEYOND_CAP : count
}

// Control characters would reach terminals, mail headers and logs; half a surrogate pair cannot be stored as UTF-8.
// eslint-disable-next-line no-control-regex
const controlCharacter = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029]/

function isPlain(text: string): boolean {
  return text.isWellFormed() && !controlCharacter.test(text)
}

/** What a person types into a search box. Longer texts and control characters are a mistake, not a search. */
export function searchQuery(max: number) {
  return z.string().trim().max(max, `Must have at most ${max} characters.`).refine(isPlain, {
    error: 'Must be plain text, without control characters.',
  })
}

/** Text that a person typed, on one line: trimmed, in Unicode normal form C, free of control characters. */
export function lineOfText(max: number) {
  return typedText(max).refine((text) => isPlain(text) && !/[\t\n]/.test(text), {
    error: 'Must be plain text on one line, without control characters.',
  })
}

/** Text that a person typed, with line breaks allowed: otherwise as {@link lineOfText}. */
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

/** An ISBN in any usual spelling; becomes the 13 digits that are stored. */
export const Isbn = z
  .string()
  .max(limits.isbn.max)
  .transform((text, context) => {
    const isbn = parseIsbn(text)
    if (isbn !== null) return isbn
    context.addIssue({
      code: 'custom',
      message: 'Must be a valid ISBN-10 or ISBN-13 (the check digit counts).',
    })
    return z.NEVER
  })

/**
 * An e-mail address, folded to lower case. Zod's pattern also refuses line breaks, commas and angle brackets, so that an
 * address can never become a second recipient.
 */
export const Email = z
  .string()
  .max(limits.email.max, `Must have at most ${limits.email.max} characters.`)
  .trim()
  .toLowerCase()
  .pipe(z.email('Must be an e-mail address, such as reader@example.org.'))
