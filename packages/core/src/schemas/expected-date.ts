import { z } from 'zod'
import { EXPECTED_DATE_FORMS, parseExpectedDate } from '../expected-date.ts'

/** A day `2027-03-12`, a month `2027-03` or a season `2027-spring`. See `parseExpectedDate`. */
export const ExpectedOn = z.string().refine((text) => parseExpectedDate(text) !== null, {
  error: EXPECTED_DATE_FORMS,
})

/** How exactly the date is known. */
export const ExpectedPrecision = z.enum(['day', 'month', 'season'])
/** See {@link ExpectedPrecision}. */
export type ExpectedPrecision = z.infer<typeof ExpectedPrecision>

// Answers that were kept under an idempotency key by earlier versions lack these fields.

/** An expected date in an answer. */
export const expectedOnShown = z.string().nullable().default(null)

/** The precision of an expected date in an answer. */
export const expectedPrecisionShown = ExpectedPrecision.nullable()
  .default(null)
  .describe('How exactly that is known: to the day, the month or the season. Null without a date.')
