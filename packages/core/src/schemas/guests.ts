import { z } from 'zod'
import { LinkToken } from './accounts.ts'
import { PrebookDetail } from './prebooks.ts'
import { AccountEmail, exactlyOne, Id, Isbn } from './scalars.ts'

/** The languages of what guests are shown and mailed. */
export const Locale = z.enum(['en', 'de', 'fr', 'es', 'ar'])
/** See {@link Locale}. */
export type Locale = z.infer<typeof Locale>

/** The direction in which a language is written, as the HTML attribute `dir` has it. */
export function textDirection(locale: Locale): 'ltr' | 'rtl' {
  return locale === 'ar' ? 'rtl' : 'ltr'
}

const bookId = Id.optional().describe('The id of the book. Not together with `isbn`.')
const isbn = Isbn.optional().describe('The ISBN of the book, in any spelling. Not together with `bookId`.')

/** The fields of `prebooks.request`. */
export const PrebookRequestFields = z.strictObject({
  bookId,
  isbn,
  email: AccountEmail.describe('Where the link goes that confirms the pre-booking.'),
  locale: Locale.default('en').describe('The language of the e-mail and of the page behind its link.'),
  website: z
    .string()
    .max(200)
    .optional()
    .describe(
      'Leave it out. A form hides this field from people. Programs that fill in every field get the usual answer, and no e-mail is sent.',
    ),
  proof: z
    .string()
    .max(2_000)
    .optional()
    .describe('The solution of a challenge, if `prebooks.challenge` returns one.'),
})

/** `prebooks.request`: a pre-booking by e-mail, without an account. Nothing is stored before it is confirmed. */
export const PrebookRequestInput = PrebookRequestFields.superRefine(exactlyOne('bookId', 'isbn'))
/** See {@link PrebookRequestInput}. */
export type PrebookRequestInput = z.output<typeof PrebookRequestInput>

/** `prebooks.confirm` */
export const PrebookConfirmInput = z.strictObject({ token: LinkToken })
/** See {@link PrebookConfirmInput}. */
export type PrebookConfirmInput = z.output<typeof PrebookConfirmInput>

/** The pre-booking of a guest, as it is now. */
export const ConfirmedPrebook = PrebookDetail.extend({
  manageUrl: z
    .string()
    .describe(
      'The page where the guest sees and changes their pre-bookings. Everyone who has its address can act for them.',
    ),
})
/** See {@link ConfirmedPrebook}. */
export type ConfirmedPrebook = z.infer<typeof ConfirmedPrebook>

/** A puzzle whose solution costs a computer some time, so that requests in great numbers are expensive. */
export const PrebookChallenge = z.object({
  challenge: z
    .string()
    .nullable()
    .describe('The challenge, as JSON of ALTCHA. Null if the shop asks for none.'),
})
/** See {@link PrebookChallenge}. */
export type PrebookChallenge = z.infer<typeof PrebookChallenge>
