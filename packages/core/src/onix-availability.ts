/**
 * What an availability says about a title. `available`: it can be had. `awaited`: not now, and it is expected. `postponed`: the same,
 * and a date that was announced is no longer right. `withdrawn`: it will not come. `elsewhere`: nothing that holds for this shop,
 * because it is about the supplier or the way of ordering.
 */
export type AvailabilityMeaning = 'available' | 'awaited' | 'postponed' | 'withdrawn' | 'elsewhere'

/**
 * Product availability: ONIX code list 65 of EDItEUR (https://ns.editeur.org/onix/en/65). A code withdraws a title only if
 * it says that the product itself has ended, since a withdrawal cancels pre-bookings for good. See
 * docs/decisions/0056-what-an-import-says-of-availability.md.
 */
const MEANINGS: Readonly<Record<string, AvailabilityMeaning>> = {
  /** Cancelled before it was published. */
  '01': 'withdrawn',
  /** Postponed indefinitely. */
  '09': 'postponed',
  /** Not yet available. */
  '10': 'awaited',
  /** Awaiting stock. */
  '11': 'awaited',
  /** Not yet available, will be printed on demand. */
  '12': 'awaited',
  /** Available. */
  '20': 'available',
  /** In stock at the supplier. */
  '21': 'available',
  /** To order. */
  '22': 'available',
  /** Printed on demand. */
  '23': 'available',
  /** Temporarily unavailable. */
  '30': 'awaited',
  /** Out of stock. */
  '31': 'awaited',
  /** Reprinting. */
  '32': 'awaited',
  /** Awaiting reissue. */
  '33': 'awaited',
  /** Temporarily withdrawn from sale. */
  '34': 'awaited',
  /** Not available, for any reason. */
  '40': 'elsewhere',
  /** Replaced by a new product. */
  '41': 'withdrawn',
  /** Another format is available. */
  '42': 'withdrawn',
  /** No longer supplied by this supplier. */
  '43': 'elsewhere',
  /** Not available to the trade. */
  '44': 'elsewhere',
  /** Not sold separately. */
  '45': 'elsewhere',
  /** Withdrawn from sale. */
  '46': 'withdrawn',
  /** Remaindered. */
  '47': 'withdrawn',
  /** Replaced by an edition that is printed on demand. */
  '48': 'withdrawn',
  /** Recalled. */
  '49': 'withdrawn',
  /** Not sold as a set. */
  '50': 'elsewhere',
  /** Out of print. */
  '51': 'withdrawn',
  /** No longer sold in this market. */
  '52': 'withdrawn',
  /** No recent update received. */
  '97': 'elsewhere',
  /** No longer receiving updates. */
  '98': 'elsewhere',
  /** Contact the supplier. */
  '99': 'elsewhere',
}

/** The words that an import accepts besides the codes. */
const WORDS = ['available', 'awaited', 'withdrawn'] as const

/** The forms of an availability, for the user. */
export const AVAILABILITY_FORMS =
  'Must be available, awaited or withdrawn, or a code of ONIX list 65, such as 21 or 51.'

/** An availability of an import, as far as it changes anything. */
export type Availability = {
  meaning: AvailabilityMeaning
  /** Whether a withdrawn title can be pre-booked again. Only the shop's own word says so; a code is its supplier's. */
  reinstates: boolean
}

/**
 * Parses an availability: a word in any case, or a code of ONIX list 65. A spreadsheet may have taken the zero off `01`.
 *
 * @returns null if it is neither
 */
export function parseAvailability(text: string): Availability | null {
  const plain = text.trim().toLowerCase()
  const word = WORDS.find((each) => each === plain)
  if (word !== undefined) return { meaning: word, reinstates: word === 'available' }
  const code = plain.padStart(2, '0')
  const meaning = Object.hasOwn(MEANINGS, code) ? MEANINGS[code] : undefined
  return meaning === undefined ? null : { meaning, reinstates: false }
}
