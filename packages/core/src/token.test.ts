import { crc32 } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import {
  formatToken,
  isWellFormedToken,
  looksLikeToken,
  TOKEN_ALPHABET,
  TOKEN_PREFIX,
  TOKEN_RANDOM_LENGTH,
} from './token.ts'

const random = '0'.repeat(TOKEN_RANDOM_LENGTH - 4) + 'aZ9b'
const token = formatToken(random)

/** The number that six characters stand for. */
function valueOf(checksum: string): number {
  return Array.from(checksum).reduce(
    (value, digit) => value * TOKEN_ALPHABET.length + TOKEN_ALPHABET.indexOf(digit),
    0,
  )
}

describe('the text of a token', () => {
  test('has a prefix, the random part and the CRC-32 of both', () => {
    expect(token).toMatch(/^pbk_0{28}aZ9b_[0-9A-Za-z]{6}$/)
    for (const end of ['0000', 'aZ9b', 'zzzz', 'A0z9']) {
      const text = formatToken('k'.repeat(TOKEN_RANDOM_LENGTH - 4) + end)
      const at = text.lastIndexOf('_')
      expect(valueOf(text.slice(at + 1))).toBe(crc32(text.slice(0, at)))
    }
  })

  test('is well-formed only with the right checksum, whichever character is mistyped', () => {
    expect(isWellFormedToken(token)).toBe(true)
    for (let index = 0; index < token.length; index += 1) {
      for (const other of ['x', 'X', '7', '_', ' ', 'é']) {
        if (other === token[index]) continue
        const mistyped = token.slice(0, index) + other + token.slice(index + 1)
        expect(isWellFormedToken(mistyped), mistyped).toBe(false)
      }
    }
  })

  test.each([
    '',
    TOKEN_PREFIX,
    token.slice(0, -1),
    `${token}0`,
    `${token}\n`,
    token.toUpperCase(),
    token.replace('_', '-'),
    token.slice(TOKEN_PREFIX.length),
  ])('is not well-formed as %j', (text) => {
    expect(isWellFormedToken(text)).toBe(false)
  })

  test('differs from the token of a session by its prefix', () => {
    expect(looksLikeToken(token)).toBe(true)
    expect(looksLikeToken('pbk_')).toBe(true)
    expect(looksLikeToken('abcdefghijklmnopqrstuvwxyz234567abcdefgh')).toBe(false)
  })
})
