import { expect, test } from 'vitest'
import { isPrebookError } from '../index.ts'
import { book } from '../testing/book.ts'
import { caught } from '../testing/caught.ts'
import { createFakePrebook, type FakePrebook } from './index.ts'

const EMAIL = 'guest@example.org'
const DAY_MS = 86_400_000

/** The token of the link that was mailed last to a guest. */
function lastToken({ mails }: FakePrebook): string {
  const { kind, token } = mails.findLast(({ to }) => to === EMAIL) ?? {}
  expect(kind).toBe('confirm')
  return token ?? ''
}

async function reasonOf(call: Promise<unknown>): Promise<string | undefined> {
  const error = await caught(call)
  return isPrebookError(error) ? error.data.reason : undefined
}

test('a guest pre-books by a mailed link, and later sets a password', async () => {
  const fake = createFakePrebook({ books: [book] })
  const { prebooks, auth } = fake.createClient()
  expect(await prebooks.challenge.query()).toEqual({ challenge: null })
  expect(await prebooks.request.mutate({ bookId: 1, email: EMAIL, locale: 'de' })).toEqual({ ok: true })
  expect(fake.mails).toMatchObject([{ kind: 'confirm', to: EMAIL, bookId: 1, prebookId: null }])
  expect((await fake.admin.users.list.query({ query: EMAIL })).items).toEqual([])
  expect((await fake.admin.deliveries.list.query({})).items).toEqual([])

  const token = lastToken(fake)
  const confirmed = await prebooks.confirm.mutate({ token })
  expect(confirmed).toMatchObject({
    id: 1,
    status: 'waiting',
    queuePosition: 1,
    manageUrl: expect.stringContaining(`${fake.url}/mail/manage?token=`),
  })
  expect(await prebooks.confirm.mutate({ token })).toEqual(confirmed)

  await caught(auth.register.mutate({ email: EMAIL, password: 'correct horse battery' }))
  const [, mail] = fake.mails
  expect(mail).toMatchObject({ kind: 'set-password', to: EMAIL })
  await auth.resetPassword.mutate({ token: mail?.token ?? '', password: 'correct horse battery' })
  await auth.login.mutate({ email: EMAIL, password: 'correct horse battery' })
  expect((await prebooks.confirm.mutate({ token })).manageUrl).toBe(`${fake.url}/prebookings`)
})

test('a link does not work after seven days, for a book in stock, or after the account was erased', async () => {
  const fake = createFakePrebook({ books: [book] })
  const { prebooks } = fake.createClient()
  const request = () => prebooks.request.mutate({ bookId: 1, email: EMAIL })
  const confirm = () => prebooks.confirm.mutate({ token: lastToken(fake) })
  await request()
  fake.clock.advance(7 * DAY_MS)
  expect(await reasonOf(confirm())).toBe('AUTH_LINK_INVALID')

  await request()
  await fake.staff.stock.set.mutate({ bookId: 1, quantity: 1 })
  expect(await reasonOf(confirm())).toBe('PREBOOK_BOOK_IN_STOCK')
  expect(await reasonOf(request())).toBe('PREBOOK_BOOK_IN_STOCK')
  await fake.staff.stock.set.mutate({ bookId: 1, quantity: 0 })
  expect(await confirm()).toMatchObject({ id: 1, status: 'waiting' })

  await fake.signIn(EMAIL).account.erase.mutate({})
  expect(await reasonOf(confirm())).toBe('AUTH_LINK_INVALID')
})

test.each([
  ['opted out', { mailOptOut: true }, 0],
  ['is deactivated', { isActive: false }, 0],
  ['opted out, but is not proven', { mailOptOut: true, isVerified: false }, 1],
])('an address that %s gets the usual answer', async (_what, user, mails) => {
  const fake = createFakePrebook({ books: [book], users: [{ email: EMAIL, ...user }] })
  const request = { bookId: 1, email: EMAIL }
  expect(await fake.createClient().prebooks.request.mutate(request)).toEqual({ ok: true })
  expect(fake.mails).toHaveLength(mails)
})

test('a program that fills in every field gets the usual answer, and no mail is sent', async () => {
  const fake = createFakePrebook({ books: [book] })
  const request = { bookId: 1, email: EMAIL, website: 'https://spam.example' }
  expect(await fake.createClient().prebooks.request.mutate(request)).toEqual({ ok: true })
  expect(fake.mails).toEqual([])
})
