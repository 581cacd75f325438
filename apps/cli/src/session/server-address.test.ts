import { describe, expect, test } from 'vitest'
import { chooseAddress, DEFAULT_ADDRESS, isUnencrypted, parseAddress } from './server-address.ts'

describe('the server is the first one given', () => {
  const option = 'http://option.example'
  const environment = 'http://environment.example'
  const lastSignedIn = 'http://last.example'
  test.each([
    [{ option, environment, lastSignedIn }, option],
    [{ environment, lastSignedIn }, environment],
    [{ lastSignedIn }, lastSignedIn],
    [{}, DEFAULT_ADDRESS],
  ])('in %o', async (given: { option?: string; environment?: string; lastSignedIn?: string }, address) => {
    const chosen = await chooseAddress({
      option: given.option,
      environment: given.environment,
      lastSignedIn: () => Promise.resolve(given.lastSignedIn ?? null),
    })
    expect(chosen).toBe(address)
  })
})

describe('an address is normalised', () => {
  test.each([
    ['http://127.0.0.1:8787', 'http://127.0.0.1:8787'],
    ['http://127.0.0.1:8787/', 'http://127.0.0.1:8787'],
    ['HTTPS://Books.Example.org:443/', 'https://books.example.org'],
    ['https://example.org/books//', 'https://example.org/books'],
    [' https://example.org/books?a=1#b ', 'https://example.org/books'],
  ])('%s', (text, address) => {
    expect(parseAddress(text, '--url')).toBe(address)
  })

  test.each([
    '',
    'localhost:8787',
    '127.0.0.1:8787',
    'books.example.org',
    'ftp://example.org',
    'file:///etc/passwd',
  ])('rejects “%s”', (text) => {
    expect(() => parseAddress(text, 'PREBOOK_URL')).toThrow('The address in PREBOOK_URL is not valid')
  })

  test('rejects a password in an address without repeating it', () => {
    expect(() => parseAddress('http://me:secret@example.org', '--url')).toThrow(
      /^(?!.*secret).*contains a user name/,
    )
  })
})

test.each([
  ['http://books.example.org', true],
  ['http://192.168.0.2:8787', true],
  ['https://books.example.org', false],
  ['http://127.0.0.1:8787', false],
  ['http://localhost', false],
  ['http://[::1]:8787', false],
])('whether %s is unencrypted: %s', (address, unencrypted) => {
  expect(isUnencrypted(address)).toBe(unencrypted)
})
