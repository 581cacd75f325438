import { expect, test } from 'vitest'
import { parseMailbox } from './mailbox.ts'

test.each([
  ['shop@example.org', { name: '', address: 'shop@example.org' }],
  [' Shop@Example.org ', { name: '', address: 'shop@example.org' }],
  ['The Bookshop <shop@example.org>', { name: 'The Bookshop', address: 'shop@example.org' }],
  ['"Books, and more" <shop@example.org>', { name: 'Books, and more', address: 'shop@example.org' }],
  ['Büchers <shop@example.org>', { name: 'Büchers', address: 'shop@example.org' }],
  ['<shop@example.org>', { name: '', address: 'shop@example.org' }],
])('parses %j', (text, mailbox) => {
  expect(parseMailbox(text)).toEqual(mailbox)
})

test.each([
  '',
  'shop',
  'The Bookshop',
  'a@example.org, b@example.org',
  'Shop <a@example.org>, b@example.org',
  'Shop <a@example.org> <b@example.org>',
  'Books, and more <shop@example.org>',
  'group: a@example.org;',
  'Shop <a@example.org>\r\nBcc: b@example.org',
  'Shop\0 <a@example.org>',
  'Shop <a@example .org>',
])('rejects %j', (text) => {
  expect(parseMailbox(text)).toBeNull()
})
