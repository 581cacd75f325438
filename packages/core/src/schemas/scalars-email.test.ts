import { describe, expect, test } from 'vitest'
import { AccountEmail, Email } from './scalars.ts'

describe.each([
  ['Email', Email],
  ['AccountEmail', AccountEmail],
])('%s', (_name, schema) => {
  test('is the spelling that is stored', () => {
    expect(schema.parse(' Ada@Bücher.example ')).toBe('ada@xn--bcher-kva.example')
  })

  test('has at most 254 characters', () => {
    const domain = `${'x'.repeat(60)}.${'y'.repeat(60)}.${'z'.repeat(60)}.example.org`
    const longest = `${'a'.repeat(254 - domain.length - 1)}@${domain}`
    expect(longest).toHaveLength(254)
    expect(schema.parse(longest)).toBe(longest)
    expect(schema.safeParse(`a${longest}`).success).toBe(false)
  })

  test.each([1, null, undefined, ['reader@example.org'], { toString: () => 'reader@example.org' }])(
    'rejects a value that is not a string: %s',
    (value) => {
      expect(schema.safeParse(value).success).toBe(false)
    },
  )

  test('explains what is wrong', () => {
    expect(schema.safeParse('reader').error?.issues).toEqual([
      expect.objectContaining({ message: 'Must be an e-mail address, such as reader@example.org.' }),
    ])
  })
})

test('only AccountEmail accepts what only earlier versions did', () => {
  const email = `${'a'.repeat(70)}@example.org`
  expect(AccountEmail.parse(email)).toBe(email)
  expect(Email.safeParse(email).success).toBe(false)
})
