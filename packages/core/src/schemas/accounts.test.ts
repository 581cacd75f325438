import { describe, expect, test } from 'vitest'
import {
  AccountUpdateInput,
  Done,
  LoginInput,
  NewPassword,
  RegisterInput,
  User,
  UserListInput,
} from './accounts.ts'

describe('a new password', () => {
  test.each([
    'correct horse battery staple',
    '  spaces count  ',
    'пароль-пароль',
    '\u{1f511}\u{1f5dd}'.repeat(4),
    'xy'.repeat(100),
  ])('accepts %j unchanged', (password) => {
    expect(NewPassword.parse(password)).toBe(password)
  })

  test.each(['', '1234567', 'x'.repeat(201), '\u{1f511}'.repeat(7), '1234567\ud83d8', 12_345_678, null])(
    'rejects %j',
    (password) => {
      expect(NewPassword.safeParse(password).success).toBe(false)
    },
  )
})

test.each([
  ['aaaa', 'Must have at least 8 characters.'],
  ['', 'Must have at least 8 characters.'],
  ['x'.repeat(201), 'Must have at most 200 characters.'],
  ['xxxxxxxx', expect.stringMatching(/^Must not be one character repeated\. Choose another one/)],
  [
    'Password1',
    expect.stringMatching(/^Must not be one of the 1,000 most common passwords\. Choose another one/),
  ],
])('a new password such as %j is refused for one reason', (password, message) => {
  expect(NewPassword.safeParse(password).error?.issues).toMatchObject([{ message }])
})

describe('registering and signing in', () => {
  const account = { email: ' Reader@Example.org ', password: 'correct horse' }

  test.each([RegisterInput, LoginInput])('lower-cases the address and defaults to a token', (schema) => {
    expect(schema.parse(account)).toEqual({
      email: 'reader@example.org',
      password: 'correct horse',
      session: 'token',
    })
    expect(schema.parse({ ...account, session: 'cookie' })).toMatchObject({ session: 'cookie' })
    for (const session of ['', 'both', null, 1]) {
      expect(schema.safeParse({ ...account, session }).success).toBe(false)
    }
  })

  test('registration checks the password rules; signing in accepts any earlier password', () => {
    expect(RegisterInput.safeParse({ ...account, password: 'short' }).success).toBe(false)
    expect(RegisterInput.safeParse({ ...account, password: 'password' }).success).toBe(false)
    for (const password of ['short', 'password', 'xxxxxxxx'])
      expect(LoginInput.safeParse({ ...account, password }).success).toBe(true)
    expect(LoginInput.safeParse({ ...account, password: '' }).success).toBe(false)
    expect(LoginInput.safeParse({ ...account, password: 'x'.repeat(201) }).success).toBe(false)
  })
})

test('an account can change only its mail setting', () => {
  expect(AccountUpdateInput.parse({ mailOptOut: false })).toEqual({ mailOptOut: false })
  for (const mailOptOut of ['true', 1, null])
    expect(AccountUpdateInput.safeParse({ mailOptOut }).success).toBe(false)
  expect(AccountUpdateInput.safeParse({ mailOptOut: true, role: 'admin' }).success).toBe(false)
})

describe('the filters of the list of accounts', () => {
  test.each([
    { query: ' example.org ' },
    { role: 'admin' },
    { role: 'staff', isActive: false },
    { query: '' },
  ])('accept %j', (filter) => {
    expect(UserListInput.safeParse(filter).success).toBe(true)
  })

  test.each([
    { query: 'x'.repeat(255) },
    { query: 'a\u0000' },
    { role: 'owner' },
    { isActive: 1 },
    { query: null },
  ])('reject %j', (filter) => {
    expect(UserListInput.safeParse(filter).success).toBe(false)
  })
})

test('a returned account never contains the password hash', () => {
  const row = {
    id: 1,
    email: 'reader@example.org',
    role: 'reader',
    isActive: true,
    mailOptOut: false,
    createdAt: '2026-03-01T09:30:00.000Z',
  }
  expect(User.parse({ ...row, password_hash: '$argon2id$', passwordHash: '$argon2id$' })).toEqual(row)
})

test('an empty result is { ok: true }', () => {
  expect(Done.parse({ ok: true })).toEqual({ ok: true })
  expect(Done.safeParse({ ok: false }).success).toBe(false)
})
