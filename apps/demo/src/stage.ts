import type { RouterOutputs } from '@prebook/client'
import type { Checks } from './checks.ts'
import type { Book } from './fill-catalogue.ts'
import type { Person, Readers } from './people.ts'
import type { Screen } from './screen.ts'

/** A prebook as the API answers it. */
export type Prebook = RouterOutputs['prebooks']['create']

/** The books of the tour. */
export type TourBooks = {
  /** Sold out; the book that is restocked. */
  wanted: Book
  /** Sold out, and not restocked. */
  other: Book
  /** In stock, so that it cannot be pre-booked. */
  inStock: Book
  /** Readers already waiting when the tour starts. */
  alreadyWaiting: { wanted: number; other: number }
}

/** What every act of the tour uses. */
export type Stage = {
  /** The address of the API. */
  url: string
  screen: Screen
  checks: Checks
  /** Timeout for events and e-mails, in milliseconds. */
  timeoutMs: number
  admin: Person
  readers: Readers
  books: TourBooks
}

/** A reader's prebook, as it was when they created it. */
export type ReaderPrebook = { reader: Person; book: Book; prebook: Prebook }

/** Gets the current state of a prebook as its reader. */
export async function fetchPrebook({
  reader,
  prebook,
}: ReaderPrebook): Promise<RouterOutputs['prebooks']['get']> {
  return reader.client.prebooks.get.query({ prebookId: prebook.id })
}

/** Shown in a table for a missing value. */
export const NOTHING = '–'
