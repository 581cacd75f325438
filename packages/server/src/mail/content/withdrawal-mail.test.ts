import { describe, expect, test } from 'vitest'
import { links } from '../../testing/mail-shop.ts'
import { writeWithdrawalMessage, type WithdrawalMessageFacts } from './withdrawal-mail.ts'

const facts: WithdrawalMessageFacts = {
  prebookedAt: Date.UTC(2026, 2, 1),
  userId: 7,
  manageGeneration: null,
  bookId: 3,
  bookTitle: 'Dune',
  bookAuthor: 'Frank Herbert',
  stockNow: 0,
  bookWithdrawnAt: Date.UTC(2026, 2, 20),
  withdrawnAt: Date.UTC(2026, 2, 20),
  note: null,
  waitsAgain: 0,
  successorId: null,
  successorTitle: null,
  successorAuthor: null,
  successorStock: null,
  successorWithdrawnAt: null,
}
const successor = { successorId: 4, successorTitle: 'Dune, new edition', successorAuthor: 'F. Herbert' }
const bookPage = 'https://books.example/books/3'
const successorPage = 'https://books.example/books/4'

const write = (some: Partial<WithdrawalMessageFacts> = {}) =>
  writeWithdrawalMessage({ ...facts, ...some }, links)

describe('the message about a withdrawal', () => {
  test('says that the book will not come back, and links to the pre-bookings of the reader and to unsubscribe', () => {
    const message = write()
    expect(message.subject).toBe('“Dune” will not come back')
    expect(message.unsubscribe).toBe(links.unsubscribePage(7, facts.withdrawnAt))
    for (const body of [message.text, message.html]) {
      expect(body).toContain('The book will not come back, so we have cancelled your pre-booking.')
      expect(body).toContain('1 March 2026')
      expect(body).toContain('https://books.example/prebookings')
      expect(body).toContain(links.unsubscribePage(7, facts.withdrawnAt))
      // The pre-booking is cancelled already.
      expect(body).not.toContain('/mail/cancel')
      expect(body).not.toContain('replaces it')
    }
  })

  test('has the sentence of the shop, escaped', () => {
    const message = write({ note: 'The publisher <closed> & left.' })
    expect(message.text).toContain('The publisher <closed> & left.')
    expect(message.html).toContain('The publisher &#60;closed&#62; &#38; left.')
  })

  test.each([
    ['is in stock', { successorStock: 2 }, 'is in stock', 'View the new book'],
    [
      'is in stock and withdrawn',
      { successorStock: 2, successorWithdrawnAt: 9 },
      'is in stock',
      'View the new book',
    ],
    ['is sold out', { successorStock: 0 }, 'you can pre-book it', 'Pre-book the new book'],
  ])('names the book that replaces it, when that %s', (_state, state, sentence, label) => {
    const message = write({ ...successor, ...state })
    for (const body of [message.text, message.html]) {
      expect(body).toContain('“Dune, new edition” by F. Herbert replaces it')
      expect(body).toContain(sentence)
      expect(body).toContain(label)
      expect(body).toContain(successorPage)
      expect(body).not.toContain(bookPage)
    }
  })

  test('does not name a book that can neither be bought nor pre-booked', () => {
    const { text } = write({ ...successor, successorStock: 0, successorWithdrawnAt: 9 })
    expect(text).not.toContain('new edition')
    expect(text).toContain(bookPage)
  })

  test.each([
    [{ bookWithdrawnAt: null }, '“Dune” can be pre-booked after all', 'Pre-book again'],
    [
      { bookWithdrawnAt: null, waitsAgain: 1 },
      '“Dune” can be pre-booked after all',
      'You have pre-booked it again',
    ],
    [{ bookWithdrawnAt: null, stockNow: 3 }, '“Dune” is in stock after all', 'you can buy one'],
    [{ stockNow: 3 }, '“Dune” is in stock after all', 'you can buy one'],
  ] as const)('says what is true by then: %o', (some, subject, words) => {
    const message = write({ ...successor, successorStock: 1, note: 'It is over.', ...some })
    expect(message.subject).toBe(subject)
    for (const body of [message.text, message.html]) {
      expect(body).toContain('We cancelled your pre-booking because the book was not expected to come back.')
      expect(body).toContain(words)
      expect(body).toContain(bookPage)
      expect(body).not.toContain('new edition')
      expect(body).not.toContain('It is over.')
      expect(body).not.toContain('will not come back')
    }
  })
})
