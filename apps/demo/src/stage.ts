import type { RouterOutputs } from '@prebook/client'
import type { Checks } from './checks.ts'
import type { Book } from './fill-catalogue.ts'
import type { Person, Readers } from './people.ts'
import type { Screen } from './screen.ts'

/** A prebook as the API answers it. */
export type Prebook = RouterOutputs['prebooks']['create']

/** The books of the story. */
export type StoryBooks = {
  /** Sold out, and wanted by most: the one that is restocked. */
  wanted: Book
  /** Sold out too, and not restocked. */
  other: Book
  /** In stock, so that it cannot be pre-booked. */
  inStock: Book
  /** How many others wait when the story begins. */
  alreadyWaiting: { wanted: number; other: number }
}

/** What every act plays with. */
export type Stage = {
  /** Where the API serves. */
  url: string
  screen: Screen
  checks: Checks
  /** How long what comes by itself may take to come, in milliseconds. */
  patienceMs: number
  admin: Person
  readers: Readers
  books: StoryBooks
}

/** A reader's place on a waitlist, as it was when they joined. */
export type ReaderPrebook = { reader: Person; book: Book; prebook: Prebook }

/** Asks the API, as the reader, how a prebook stands now. */
export async function lookAgain({
  reader,
  prebook,
}: ReaderPrebook): Promise<RouterOutputs['prebooks']['get']> {
  return reader.client.prebooks.get.query({ prebookId: prebook.id })
}

/** What stands in a table where there is no time, no place. */
export const NOTHING = '–'
