import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createMailLinks, type LinkPurpose } from './links.ts'

const links = createMailLinks({ publicUrl: 'https://books.example/shop/', secret: 'a secret of some length' })
const tokenOf = (link: string) => new URL(link).searchParams.get('token') ?? ''
const notifiedAt = Date.UTC(2026, 2, 20)
const DAY = 86_400_000

describe('links in mails', () => {
  test('start with the public URL, including its path', () => {
    expect(links.bookPage(3)).toBe('https://books.example/shop/books/3')
    expect(links.cancelPage(3, notifiedAt)).toMatch(
      /^https:\/\/books\.example\/shop\/mail\/cancel\?token=3\.[\w.-]+$/,
    )
    expect(links.unsubscribePage(3, notifiedAt)).toMatch(/\/mail\/unsubscribe\?token=3\./)
  })

  test('are valid for exactly one year', () => {
    const cancel = tokenOf(links.cancelPage(31, notifiedAt))
    expect(links.read('cancel', cancel, notifiedAt)).toBe(31)
    expect(links.read('cancel', cancel, notifiedAt + 365 * DAY - 1)).toBe(31)
    expect(links.read('cancel', cancel, notifiedAt + 365 * DAY)).toBeNull()
    const largest = tokenOf(links.unsubscribePage(Number.MAX_SAFE_INTEGER, notifiedAt))
    expect(links.read('unsubscribe', largest, notifiedAt)).toBe(Number.MAX_SAFE_INTEGER)
  })

  test('serve one purpose: a token for one is invalid for the other', () => {
    const pages: Record<LinkPurpose, string> = {
      cancel: tokenOf(links.cancelPage(31, notifiedAt)),
      unsubscribe: tokenOf(links.unsubscribePage(31, notifiedAt)),
    }
    expect(links.read('unsubscribe', pages.cancel, notifiedAt)).toBeNull()
    expect(links.read('cancel', pages.unsubscribe, notifiedAt)).toBeNull()
  })

  test('signed with another secret are invalid', () => {
    const other = createMailLinks({ publicUrl: 'https://books.example', secret: 'another secret' })
    expect(links.read('cancel', tokenOf(other.cancelPage(31, notifiedAt)), notifiedAt)).toBeNull()
  })

  test('with any character changed, added or removed are invalid', () => {
    const token = tokenOf(links.cancelPage(31, notifiedAt))
    const positions = fc.nat({ max: token.length - 1 })
    const insertions = fc.string({ minLength: 0, maxLength: 2, unit: 'binary' })
    fc.assert(
      fc.property(positions, fc.nat({ max: 1 }), insertions, (position, removed, inserted) => {
        const other = token.slice(0, position) + inserted + token.slice(position + removed)
        expect(links.read('cancel', other, notifiedAt)).toBe(other === token ? 31 : null)
      }),
      { numRuns: 2_000 },
    )
  })

  test('with arbitrary text for a token are invalid', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (token) => {
        expect(links.read('cancel', token, notifiedAt)).toBeNull()
      }),
    )
  })
})
