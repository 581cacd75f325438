import fc from 'fast-check'
import PostalMime from 'postal-mime'
import { describe, expect, test } from 'vitest'
import { parseEmail } from '@prebook/core'
import { composeMail } from './compose-mail.ts'
import { createMessageIds } from './message-ids.ts'
import { writeRestockMessage } from './restock-mail.ts'
import { oneLine } from './one-line.ts'
import { links } from '../../testing/mail-shop.ts'

const facts = {
  id: 31,
  prebookId: 12,
  prebookedAt: Date.UTC(2026, 2, 1),
  userId: 7,
  manageGeneration: null,
  bookId: 3,
  bookTitle: 'Dune',
  bookAuthor: 'Frank Herbert',
  priceCents: 1_999,
  stockNow: 5,
  notifiedAt: Date.UTC(2026, 2, 20),
  notifiedCount: 1_240,
  copies: 5,
  locale: 'en',
}
const shop = { currency: 'EUR' }
const from = { name: 'The Bookshop', address: 'shop@books.example' }

async function sent(some: Partial<typeof facts> = {}, to = 'reader@example.org') {
  const message = writeRestockMessage({ ...facts, ...some }, links, shop)
  const messageId = createMessageIds('random', 0)({ ...facts, ...some }, from)
  const mail = await composeMail({ message, messageId, to, from })
  const raw = mail.raw.toString('utf8')
  return { raw, envelope: mail.envelope, parsed: await PostalMime.parse(raw) }
}

describe('the message', () => {
  test('says how many copies came in and how many people waited, and links to the book, cancel and unsubscribe pages', async () => {
    const { parsed, envelope } = await sent()
    expect(envelope).toEqual({ from: 'shop@books.example', to: 'reader@example.org' })
    expect(parsed.subject).toBe('“Dune” is back in stock')
    for (const body of [parsed.text ?? '', parsed.html ?? '']) {
      expect(body).toContain('5 copies came in, and 1,240 readers were waiting.')
      expect(body).toContain('1 March 2026')
      expect(body).toContain('https://books.example/books/3')
      expect(body).toContain(links.cancelPage(12, facts.notifiedAt))
      expect(body).toContain(links.unsubscribePage(7, facts.notifiedAt))
    }
    expect(parsed.html).not.toMatch(/<(?:img|script|link|iframe)/)
    expect(parsed.html).toContain('prefers-color-scheme: dark')
  })

  test.each([
    ['EUR', 'en', 1_999, 'by Frank Herbert · €19.99'],
    ['EUR', 'de', 1_999, 'by Frank Herbert · 19,99 €'],
    ['JPY', 'en', 1_980, 'by Frank Herbert · ¥1,980'],
    ['KWD', 'en', 1_250, 'by Frank Herbert · KWD 1.250'],
    ['EUR', 'en', Number.MAX_SAFE_INTEGER, 'by Frank Herbert · €90,071,992,547,409.91'],
    ['EUR', 'no such language', 1_999, '19.99'],
  ])('shows the price in %s as readers of %s write it', (currency, locale, priceCents, line) => {
    const message = writeRestockMessage({ ...facts, priceCents, locale }, links, { currency })
    expect(message.text).toContain(line)
    expect(message.html).toContain(line)
  })

  test('uses the singular for one', () => {
    const { text: body } = writeRestockMessage({ ...facts, copies: 1, notifiedCount: 1 }, links, shop)
    expect(body).toContain('1 copy came in, and 1 reader was waiting.')
  })

  test('does not offer the book when it has sold out again', async () => {
    const { parsed } = await sent({ stockNow: 0 })
    expect(parsed.subject).toBe('“Dune” was back in stock and has sold out again')
    for (const body of [parsed.text ?? '', parsed.html ?? '']) {
      expect(body).toContain('Sold out again')
      expect(body).toContain('There are no copies left.')
      expect(body).not.toContain('is back in stock')
    }
  })

  test('supports one-click unsubscribe (RFC 8058)', async () => {
    const { parsed } = await sent()
    const header = (key: string) => parsed.headers.find((each) => each.key === key)?.value
    expect(header('list-unsubscribe')).toBe(`<${links.unsubscribePage(7, facts.notifiedAt)}>`)
    expect(header('list-unsubscribe-post')).toBe('List-Unsubscribe=One-Click')
    expect(header('auto-submitted')).toBe('auto-generated')
  })

  test('has a Message-ID that depends on the delivery only, at the domain of the sender', async () => {
    const [first, again, other] = [
      await sent(),
      await sent({ stockNow: 0 }),
      await sent({ id: 32, prebookId: 13 }),
    ]
    expect(first.parsed.messageId).toBe('<31.random@books.example>')
    expect(again.parsed.messageId).toBe(first.parsed.messageId)
    expect(other.parsed.messageId).not.toBe(first.parsed.messageId)
  })

  test('keeps the Message-ID of deliveries from before the outbox', () => {
    const idOf = createMessageIds('random', 31)
    expect(idOf({ id: 31, prebookId: 12 }, from)).toBe('<delivery-31.prebook-12@books.example>')
    expect(idOf({ id: 32, prebookId: 13 }, from)).toBe('<32.random@books.example>')
  })
})

describe('the recipient', () => {
  const lines = (raw: string) => raw.slice(0, raw.search(/\r?\n\r?\n/)).split(/\r?\n/)
  test.each([
    "!#$%&'*+-/=?^_`{|}~@example.org",
    'eve%example.com@example.org',
    'eve!reader@example.org',
    '=?utf-8?q?eve=40evil.example?=@example.org',
    '=?utf-8?q?a=0d=0abcc=3a_eve?=@example.org',
    `${'a'.repeat(64)}@${'x'.repeat(63)}.${'y'.repeat(63)}.example.org`,
    "O'Brien@Bücher.example",
    'ada@пример.рф',
    'ada@例え。テスト',
  ])('%s is the only one, in ASCII, in the envelope and in the header', async (typed) => {
    const parsed = parseEmail(typed)
    if ('problem' in parsed) throw new Error(parsed.problem)
    const { raw, envelope } = await sent({}, parsed.email)
    expect(envelope.to).toBe(parsed.email)
    expect(parsed.email).toMatch(/^[!-~]+$/)
    const usual = lines((await sent()).raw)
    const header = lines(raw)
    expect(header.filter((line) => /^(?:To|Cc|Bcc):/i.test(line))).toHaveLength(1)
    const unfolded = header.join('\n').replace(/\n[ \t]+/g, ' ')
    expect(unfolded.split('\n').find((line) => line.startsWith('To:'))).toBe(`To: ${parsed.email}`)
    const names = (all: string[]) => all.filter((line) => !/^\s/.test(line)).map((line) => line.split(':')[0])
    expect(names(header)).toEqual(names(usual))
  })
})

/** Titles and authors that attempt header, HTML or recipient injection. */
const hostileText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 120 }),
  fc.string({ unit: 'grapheme', maxLength: 120 }),
  fc
    .array(
      fc.constantFrom(
        '\r\n',
        '\n',
        '\r',
        '\u2028',
        '\0',
        'Bcc: a@evil.example',
        'To: a@evil.example',
        'Content-Type: text/html',
        '.\r\n',
        '=?utf-8?q?a=0D=0ABcc:_x?=',
        '<script>alert(1)</script>',
        '"><img src=x onerror=alert(1)>',
        "' onmouseover='x",
        '&lt;b&gt;',
        '</title></style>',
        '${x}',
        'ü',
        '書',
        '\ud800',
        ' ',
        'a'.repeat(90),
      ),
      { maxLength: 12 },
    )
    .map((parts) => parts.join('')),
)

test('no title or author can inject a header, a recipient or a tag', async () => {
  const headersOf = async (some: Partial<typeof facts>) =>
    (await sent(some)).parsed.headers.map(({ key }) => key)
  const usual = await headersOf({})
  const tagsOf = (html: string | undefined) =>
    html?.match(/<[a-z!/][^>]*>/gi)?.map((tag) => tag.split(/[\s>]/)[0])
  const usualTags = tagsOf((await sent()).parsed.html)
  await fc.assert(
    fc.asyncProperty(hostileText, hostileText, async (bookTitle, bookAuthor) => {
      const { raw, envelope, parsed } = await sent({ bookTitle, bookAuthor })
      expect(envelope.to).toBe('reader@example.org')
      expect(parsed.headers.map(({ key }) => key)).toEqual(usual)
      expect(parsed.to).toEqual([{ address: 'reader@example.org', name: '' }])
      expect(parsed.from).toEqual({ address: 'shop@books.example', name: 'The Bookshop' })
      expect(parsed.cc).toBeUndefined()
      expect(parsed.bcc).toBeUndefined()
      expect(parsed.attachments).toEqual([])
      expect(parsed.subject).toBe(`“${oneLine(bookTitle)}” is back in stock`)
      expect(parsed.text).toContain(`${oneLine(bookTitle)}\nby ${oneLine(bookAuthor)}`.trim())
      expect(tagsOf(parsed.html)).toEqual(usualTags)
      // RFC 5321, 4.5.3.1.6 limits the length of a line. The SMTP connection converts line ends to CRLF.
      expect(raw.split(/\r?\n/).every((line) => line.length <= 998 && !line.includes('\r'))).toBe(true)
    }),
    { numRuns: 300 },
  )
})
