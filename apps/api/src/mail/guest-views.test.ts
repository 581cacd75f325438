import { describe, expect, test } from 'vitest'
import { consent, Locale, type ConfirmedPrebook, type ExpectedPeriod } from '@prebook/core'
import { createGuestFormat } from './guest-format.ts'
import { guestTexts } from './guest-texts/index.ts'
import {
  confirmedView,
  eraseView,
  manageView,
  wishView,
  type GuestView,
  type Language,
} from './guest-views.ts'

const language = (locale: Locale): Language => {
  const texts = guestTexts[locale]
  return { locale, texts, format: createGuestFormat(locale, texts, 'Asia/Tokyo') }
}

/** The evening of 30 June UTC is 1 July in Tokyo. */
const evening = '2026-06-30T20:00:00.000Z'
const waiting: ConfirmedPrebook = {
  id: 1,
  bookId: 2,
  bookTitle: '<b>Dune</b>',
  bookAuthor: 'Frank & Herbert',
  status: 'waiting',
  bookExpectedOn: '2027-spring',
  bookExpectedPrecision: 'season',
  createdAt: evening,
  notifiedAt: null,
  cancelledAt: null,
  cancelledBy: null,
  successorId: null,
  queuePosition: '1000+',
  manageUrl: 'https://books.example/mail/manage?token=a.b',
}
const notified = { ...waiting, status: 'notified', notifiedAt: evening, queuePosition: null } as const
const byReader = { ...notified, status: 'cancelled', cancelledAt: evening, cancelledBy: 'reader' } as const
const byShop = { ...byReader, notifiedAt: null, cancelledBy: 'shop' } as const

async function markup({ body }: GuestView): Promise<string> {
  return (await body).toString()
}

describe.each(Locale.options)('in %s', (locale) => {
  const it = language(locale)
  const { texts } = it

  test.each([
    ['waiting', waiting, texts.confirmed.title],
    ['notified', notified, texts.notified.title],
    ['cancelled by the reader', byReader, texts.cancelled.byReader],
    ['cancelled by the shop', byShop, texts.cancelled.byShop],
  ])('a confirmed pre-booking that is %s says so, with escaped titles', async (_state, prebook, says) => {
    const shown = await markup(confirmedView(it, prebook))
    expect(shown).toContain(says)
    expect(shown).toContain('&lt;b&gt;Dune&lt;/b&gt;')
    expect(shown).toContain('href="manage?token=a.b"')
    expect(shown).not.toMatch(/undefined|null|\[object|Invalid/)
  })

  test('the page of a guest shows each state, and offers to cancel what is not cancelled', async () => {
    const page = {
      email: 'ada@example.org',
      locale,
      mailOptOut: true,
      prebooks: [waiting, notified, byReader, byShop],
      beforeId: null,
    }
    const view = manageView(it, page, { token: 'a.b', isFirst: true, outcome: { problem: 'noMail' } })
    const shown = await markup(view)
    for (const says of [
      texts.manage.waiting(it.format.place('1000+')),
      texts.manage.notified(it.format.day(evening)),
      texts.manage.cancelled,
      texts.manage.cancelledByShop,
      texts.manage.startMails,
      texts.problem.noMail,
    ])
      expect(shown).toContain(says)
    expect(shown.match(/value="cancel"/g)).toHaveLength(2)
    expect(shown).toMatch(new RegExp(`value="${locale}"[^>]* selected`))
  })

  test('a wish shows its address and the consent, and erasing asks with the address', async () => {
    const book = { id: 2, title: 'Dune', author: 'Frank Herbert', expectedOn: '2027-03-12' }
    const wish = { email: 'ada@example.org', locale, book, state: 'open' } as const
    for (const view of [wishView(it, wish), eraseView(it, wish.email, 'a.b')])
      expect(await markup(view)).toContain('ada@example.org')
    expect(await markup(wishView(it, wish))).toContain(consent.texts[locale])
    for (const state of ['in-stock', 'withdrawn'] as const)
      expect(await markup(wishView(it, { ...wish, state }))).not.toContain('<form')
  })
})

test.each<[Locale, ExpectedPeriod['precision'], string, string]>([
  ['en', 'day', '2027-03-12', '12 March 2027'],
  ['de', 'day', '2027-03-12', '12. März 2027'],
  ['fr', 'month', '2027-03', 'mars 2027'],
  ['es', 'season', '2027-autumn', 'otoño 2027'],
  ['ar', 'month', '2027-03', 'مارس 2027'],
  ['en', 'season', '2027-winter', 'winter 2027/28'],
  ['de', 'season', '2099-winter', 'Winter 2099/00'],
])(
  'an expected date in %s, to the %s, is written as readers write it: %s',
  (locale, _precision, date, text) => {
    expect(language(locale).format.expected(date)).toBe(text)
  },
)

test('days are those of the shop, and places are written with separators', () => {
  expect(language('en').format.day(evening)).toBe('1 July 2026')
  expect(language('de').format.place('1000+')).toBe('1.000+')
  expect(language('en').format.place(7)).toBe('7')
})
