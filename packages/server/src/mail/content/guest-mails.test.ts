import PostalMime from 'postal-mime'
import { describe, expect, test } from 'vitest'
import { Locale, WISH_MS } from '@prebook/core'
import { links } from '../../testing/mail-shop.ts'
import { tokenOf } from '../../testing/mailed-wishes.ts'
import { composeMail } from './compose-mail.ts'
import { confirmWords } from './confirm-words.ts'
import { writeConfirmMessage, type ConfirmMessageFacts } from './guest-mails.ts'

const expiresAt = 1_800_000_000_000
const facts: ConfirmMessageFacts = {
  id: 1,
  payload: JSON.stringify({ id: 'random', expiresAt }),
  email: 'guest@example.org',
  bookId: 3,
  bookTitle: 'Dune',
  bookAuthor: 'Frank Herbert',
  locale: 'en',
}

/** The message as a mail program reads it. */
async function received(some: Partial<ConfirmMessageFacts>) {
  const message = writeConfirmMessage({ ...facts, ...some }, links)
  const from = { name: 'The Bookshop', address: 'shop@books.example' }
  const { raw } = await composeMail({
    message,
    messageId: '<1@books.example>',
    to: 'guest@example.org',
    from,
  })
  return { message, ...(await PostalMime.parse(raw)) }
}

describe('the mail that asks to confirm a pre-booking', () => {
  test.each(Locale.options)('is in the language %s, with a link that has the wish in it', async (locale) => {
    const { subject, text = '', html = '', headers } = await received({ locale })
    const words = confirmWords[locale]
    expect(subject).toBe(words.subject('Dune'))
    expect(subject).toContain('Dune')
    expect(html).toContain(`<html lang="${locale}" dir="${locale === 'ar' ? 'rtl' : 'ltr'}">`)
    const [url = ''] = /https:\S+/.exec(text) ?? []
    for (const body of [text, html]) {
      for (const part of ['Dune', words.by('Frank Herbert'), words.action, words.why, url])
        expect(body).toContain(part)
      // How long the link is valid is said in digits in each language.
      expect(body).toContain(String(WISH_MS.confirm / 86_400_000))
    }
    expect(links.readWish(tokenOf(url), expiresAt - 1)).toEqual({
      id: 'random',
      bookId: 3,
      email: 'guest@example.org',
      locale,
      expiresAt,
    })
    // It was asked for, and there is no account that could opt out.
    expect(headers.map(({ key }) => key)).not.toContain('list-unsubscribe')
  })

  test('has all its texts in each language, and none of another', () => {
    const texts = Locale.options.map((locale) => {
      const { subject, by, paragraphs, ...rest } = confirmWords[locale]
      return [subject('x'), by('x'), ...paragraphs, ...Object.values(rest)].map((text) => text.toLowerCase())
    })
    for (const some of texts) expect(new Set(some.map((text) => text.length > 3))).toEqual(new Set([true]))
    for (const [index] of (texts[0] ?? []).entries()) {
      // “By” is one word in French and Spanish.
      const different = new Set(texts.map((some) => some[index]))
      expect(different.size, texts[0]?.[index]).toBeGreaterThanOrEqual(index === 1 ? 4 : 5)
    }
  })

  test('has no link or line of a title that somebody typed', async () => {
    const hostile = '<b>Dune</b>\r\nBcc: eve@example.org'
    const { message, subject, bcc } = await received({
      bookTitle: hostile,
      bookAuthor: hostile,
      locale: 'ar',
    })
    expect(subject).toBe(confirmWords.ar.subject('<b>Dune</b> Bcc: eve@example.org'))
    expect(bcc).toBeUndefined()
    expect(message.html).not.toContain('<b>')
  })

  test('of a language that the shop does not have is in English', async () => {
    expect((await received({ locale: 'xx' })).subject).toBe('Confirm your pre-booking of “Dune”')
  })

  test('needs the wish', () => {
    for (const payload of [null, '{}', '{"id":"x"}'])
      expect(() => writeConfirmMessage({ ...facts, payload }, links)).toThrow('Delivery 1 has no wish.')
  })
})
