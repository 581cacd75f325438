import { describe, expect, test } from 'vitest'
import type { z } from 'zod'
import * as core from '../index.ts'
import { limits } from '../limits.ts'

const account = { email: 'reader@example.org', password: 'correct horse' }
const book = { title: 'Dune', author: 'Frank Herbert', priceCents: 1_999 }

/** Every input of the API with the minimum that it accepts. */
const inputs: Record<string, { schema: z.ZodType; minimum: Record<string, unknown> }> = {
  RegisterInput: { schema: core.RegisterInput, minimum: account },
  LoginInput: { schema: core.LoginInput, minimum: account },
  AccountUpdateInput: { schema: core.AccountUpdateInput, minimum: { mailOptOut: true } },
  PasswordChangeInput: {
    schema: core.PasswordChangeInput,
    minimum: { currentPassword: 'x', newPassword: 'correct horse' },
  },
  PasswordResetRequestInput: {
    schema: core.PasswordResetRequestInput,
    minimum: { email: 'reader@example.org' },
  },
  PasswordResetInput: {
    schema: core.PasswordResetInput,
    minimum: { token: 'x', password: 'correct horse' },
  },
  EmailVerifyInput: { schema: core.EmailVerifyInput, minimum: { token: 'x' } },
  InvitationAcceptInput: {
    schema: core.InvitationAcceptInput,
    minimum: { token: 'x', password: 'correct horse' },
  },
  EmailChangeInput: {
    schema: core.EmailChangeInput,
    minimum: { email: 'new@example.org', password: 'x' },
  },
  AccountEraseInput: { schema: core.AccountEraseInput, minimum: {} },
  UserInviteInput: { schema: core.UserInviteInput, minimum: { email: 'new@example.org', role: 'staff' } },
  SessionIdInput: { schema: core.SessionIdInput, minimum: { sessionId: 1 } },
  AccountExportInput: { schema: core.AccountExportInput, minimum: {} },
  UserListInput: { schema: core.UserListInput, minimum: {} },
  UserSetRoleInput: { schema: core.UserSetRoleInput, minimum: { userId: 1, role: 'staff' } },
  UserUpdateInput: { schema: core.UserUpdateInput, minimum: { userId: 1, isActive: false } },
  UserIdInput: { schema: core.UserIdInput, minimum: { userId: 1 } },
  TokenCreateInput: { schema: core.TokenCreateInput, minimum: { name: 'Till', scopes: [] } },
  TokenListInput: { schema: core.TokenListInput, minimum: {} },
  TokenRotateInput: { schema: core.TokenRotateInput, minimum: { tokenId: 1, overlapHours: 0 } },
  TokenIdInput: { schema: core.TokenIdInput, minimum: { tokenId: 1 } },
  AuditListInput: { schema: core.AuditListInput, minimum: {} },
  BookCreateInput: { schema: core.BookCreateInput, minimum: book },
  BookAvailabilityInput: {
    schema: core.BookAvailabilityInput,
    minimum: { isbn: ['9780441013593'] },
  },
  BookUpdateInput: { schema: core.BookUpdateInput, minimum: { bookId: 1, title: 'Dune' } },
  BookSuggestInput: { schema: core.BookSuggestInput, minimum: { query: '' } },
  BookWaitlistInput: { schema: core.BookWaitlistInput, minimum: { bookId: 1 } },
  BookGetInput: { schema: core.BookGetInput, minimum: { bookId: 1 } },
  BookListInput: { schema: core.BookListInput, minimum: {} },
  BookWithdrawInput: { schema: core.BookWithdrawInput, minimum: { bookId: 1 } },
  BookPreviewWithdrawalInput: { schema: core.BookPreviewWithdrawalInput, minimum: { bookId: 1 } },
  BookReinstateInput: { schema: core.BookReinstateInput, minimum: { bookId: 1 } },
  BookExpectInput: { schema: core.BookExpectInput, minimum: { bookId: 1, expectedOn: null } },
  BookOverdueInput: { schema: core.BookOverdueInput, minimum: {} },
  BookImportInput: { schema: core.BookImportInput, minimum: { rows: [book] } },
  StockSetInput: { schema: core.StockSetInput, minimum: { bookId: 1, quantity: 0 } },
  StockAdjustInput: { schema: core.StockAdjustInput, minimum: { bookId: 1, delta: -1 } },
  StockBatchInput: { schema: core.StockBatchInput, minimum: { lines: [{ bookId: 1, delta: -1 }] } },
  StockPreviewInput: { schema: core.StockPreviewInput, minimum: { bookId: 1, delta: -1 } },
  StockHistoryInput: { schema: core.StockHistoryInput, minimum: { bookId: 1 } },
  StockChangesInput: { schema: core.StockChangesInput, minimum: {} },
  PrebookCreateInput: { schema: core.PrebookCreateInput, minimum: { bookId: 1 } },
  PrebookConfirmInput: { schema: core.PrebookConfirmInput, minimum: { token: 'x' } },
  PrebookIdInput: { schema: core.PrebookIdInput, minimum: { prebookId: 1 } },
  PrebookListInput: { schema: core.PrebookListInput, minimum: {} },
  PrebookRequestInput: {
    schema: core.PrebookRequestInput,
    minimum: { bookId: 1, email: 'a@example.org' },
  },
  PrebookWatchInput: { schema: core.PrebookWatchInput, minimum: {} },
  DemandTopInput: { schema: core.DemandTopInput, minimum: {} },
  DemandOrderListInput: { schema: core.DemandOrderListInput, minimum: {} },
  DemandWaitlistInput: { schema: core.DemandWaitlistInput, minimum: { bookId: 1 } },
  DeliveryListInput: { schema: core.DeliveryListInput, minimum: {} },
  DeliveryIdInput: { schema: core.DeliveryIdInput, minimum: { deliveryId: 1 } },
  DeliveryRedriveInput: { schema: core.DeliveryRedriveInput, minimum: { deliveryId: 1 } },
}

const all = Object.entries(inputs).map(([name, { schema, minimum }]) => ({ name, schema, minimum }))
const lists = all.filter(({ name }) =>
  /^(?:UserList|TokenList|AuditList|BookList|StockHistory|PrebookList|DemandWaitlist|DemandOrderList|DeliveryList)/.test(
    name,
  ),
)

test('every input of core is tested here', () => {
  const exported = Object.keys(core).filter((name) => /^[A-Z].*Input$/.test(name))
  expect(Object.keys(inputs).toSorted()).toEqual(exported.toSorted())
})

describe.each(all)('$name', ({ schema, minimum }) => {
  test('accepts the minimum', () => {
    expect(schema.parse(minimum)).toMatchObject(minimum)
  })

  test.each(['isAdmin', 'constructor', 'toString', ''])('rejects the unknown field %j', (key) => {
    expect(schema.safeParse({ ...minimum, [key]: true }).success).toBe(false)
  })

  test('rejects a __proto__ field from JSON and does not change prototypes', () => {
    const text = JSON.stringify({ ...minimum, hostile: { role: 'admin' } })
    const hostile: unknown = JSON.parse(text.replace('"hostile"', '"__proto__"'))
    expect(Object.keys(Object(hostile))).toContain('__proto__')
    expect(schema.safeParse(hostile).success).toBe(false)
    expect({}).not.toHaveProperty('role')
  })

  test.each([null, undefined, [], 'text', 1, true])('rejects the non-object %j', (value) => {
    expect(schema.safeParse(value).success).toBe(false)
  })
})

const required = all.flatMap(({ name, schema, minimum }) =>
  Object.keys(minimum).map((field) => ({ name, schema, minimum, field })),
)

describe.each(required)('$field of $name', ({ schema, minimum, field }) => {
  test('is required', () => {
    const { [field]: _, ...rest } = minimum
    expect(schema.safeParse(rest).success).toBe(false)
  })
})

describe.each(required.filter(({ field }) => field.endsWith('Id')))(
  '$field of $name',
  ({ schema, minimum, field }) => {
    test.each([0, -1, 1.5, 2 ** 53, '1', null, true, [1]])('rejects %s', (id) => {
      expect(schema.safeParse({ ...minimum, [field]: id }).success).toBe(false)
    })

    test('accepts 2^53 − 1', () => {
      expect(schema.parse({ ...minimum, [field]: 2 ** 53 - 1 })).toMatchObject({ [field]: 2 ** 53 - 1 })
    })
  },
)

describe.each([...lists, { name: 'DemandTopInput', schema: core.DemandTopInput, minimum: {} }])(
  '$name',
  ({ schema, minimum }) => {
    test('returns 50 items by default', () => {
      expect(limits.page.default).toBe(50)
      expect(schema.parse(minimum)).toMatchObject({ limit: 50 })
    })

    test.each([1, 50, limits.page.max])('accepts a limit of %d', (limit) => {
      expect(schema.parse({ ...minimum, limit })).toMatchObject({ limit })
    })

    test.each([0, -1, 101, 1.5, NaN, '10', null])('rejects a limit of %s', (limit) => {
      expect(limits.page.max).toBe(100)
      expect(schema.safeParse({ ...minimum, limit }).success).toBe(false)
    })
  },
)

describe.each(lists)('$name', ({ schema, minimum }) => {
  test.each(['x', 'x'.repeat(200), null, undefined])('accepts the cursor %j', (cursor) => {
    expect(schema.safeParse({ ...minimum, cursor }).success).toBe(true)
  })

  test.each(['', 'x'.repeat(201), 1, {}])('rejects the cursor %j', (cursor) => {
    expect(schema.safeParse({ ...minimum, cursor }).success).toBe(false)
  })
})
