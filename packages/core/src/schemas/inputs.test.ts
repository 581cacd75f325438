import { describe, expect, test } from 'vitest'
import type { z } from 'zod'
import * as core from '../index.ts'
import { limits } from '../limits.ts'

const account = { email: 'reader@example.org', password: 'correct horse' }
const book = { title: 'Dune', author: 'Frank Herbert', priceCents: 1_999 }

/** Every input of the API with the least that it takes. */
const inputs: Record<string, { schema: z.ZodType; least: Record<string, unknown> }> = {
  RegisterInput: { schema: core.RegisterInput, least: account },
  LoginInput: { schema: core.LoginInput, least: account },
  AccountUpdateInput: { schema: core.AccountUpdateInput, least: { mailOptOut: true } },
  UserListInput: { schema: core.UserListInput, least: {} },
  UserIdInput: { schema: core.UserIdInput, least: { userId: 1 } },
  BookCreateInput: { schema: core.BookCreateInput, least: book },
  BookUpdateInput: { schema: core.BookUpdateInput, least: { bookId: 1, title: 'Dune' } },
  BookWaitlistInput: { schema: core.BookWaitlistInput, least: { bookId: 1 } },
  BookGetInput: { schema: core.BookGetInput, least: { bookId: 1 } },
  BookListInput: { schema: core.BookListInput, least: {} },
  BookImportInput: { schema: core.BookImportInput, least: { rows: [book] } },
  StockSetInput: { schema: core.StockSetInput, least: { bookId: 1, quantity: 0 } },
  StockAdjustInput: { schema: core.StockAdjustInput, least: { bookId: 1, delta: -1 } },
  StockPreviewInput: { schema: core.StockPreviewInput, least: { bookId: 1, delta: -1 } },
  StockHistoryInput: { schema: core.StockHistoryInput, least: { bookId: 1 } },
  StockChangesInput: { schema: core.StockChangesInput, least: {} },
  PrebookCreateInput: { schema: core.PrebookCreateInput, least: { bookId: 1 } },
  PrebookIdInput: { schema: core.PrebookIdInput, least: { prebookId: 1 } },
  PrebookListInput: { schema: core.PrebookListInput, least: {} },
  PrebookWatchInput: { schema: core.PrebookWatchInput, least: {} },
  DemandTopInput: { schema: core.DemandTopInput, least: {} },
  DemandWaitlistInput: { schema: core.DemandWaitlistInput, least: { bookId: 1 } },
  DeliveryListInput: { schema: core.DeliveryListInput, least: {} },
  DeliveryRedriveInput: { schema: core.DeliveryRedriveInput, least: { deliveryId: 1 } },
}

const all = Object.entries(inputs).map(([name, { schema, least }]) => ({ name, schema, least }))
const lists = all.filter(({ name }) =>
  /^(?:UserList|BookList|StockHistory|PrebookList|DemandWaitlist|DeliveryList)/.test(name),
)

test('every input of core is tested here', () => {
  const exported = Object.keys(core).filter((name) => /^[A-Z].*Input$/.test(name))
  expect(Object.keys(inputs).toSorted()).toEqual(exported.toSorted())
})

describe.each(all)('$name', ({ schema, least }) => {
  test('takes the least that is asked', () => {
    expect(schema.parse(least)).toMatchObject(least)
  })

  test.each(['isAdmin', 'constructor', 'toString', ''])('refuses the unknown field %j', (key) => {
    expect(schema.safeParse({ ...least, [key]: true }).success).toBe(false)
  })

  test('refuses a field __proto__ that came as JSON, and leaves prototypes alone', () => {
    const text = JSON.stringify({ ...least, hostile: { role: 'admin' } })
    const hostile: unknown = JSON.parse(text.replace('"hostile"', '"__proto__"'))
    expect(Object.keys(Object(hostile))).toContain('__proto__')
    expect(schema.safeParse(hostile).success).toBe(false)
    expect({}).not.toHaveProperty('role')
  })

  test.each([null, undefined, [], 'text', 1, true])('refuses %j, which is no object', (value) => {
    expect(schema.safeParse(value).success).toBe(false)
  })
})

const required = all.flatMap(({ name, schema, least }) =>
  Object.keys(least).map((field) => ({ name, schema, least, field })),
)

describe.each(required)('$field of $name', ({ schema, least, field }) => {
  test('cannot be left out', () => {
    const { [field]: _, ...rest } = least
    expect(schema.safeParse(rest).success).toBe(false)
  })
})

describe.each(required.filter(({ field }) => field.endsWith('Id')))(
  '$field of $name',
  ({ schema, least, field }) => {
    test.each([0, -1, 1.5, 2 ** 53, '1', null, true, [1]])('cannot be %s', (id) => {
      expect(schema.safeParse({ ...least, [field]: id }).success).toBe(false)
    })

    test('can be as large as 2^53 − 1', () => {
      expect(schema.parse({ ...least, [field]: 2 ** 53 - 1 })).toMatchObject({ [field]: 2 ** 53 - 1 })
    })
  },
)

describe.each([...lists, { name: 'DemandTopInput', schema: core.DemandTopInput, least: {} }])(
  '$name',
  ({ schema, least }) => {
    test('gives 50 entries unless told', () => {
      expect(limits.page.default).toBe(50)
      expect(schema.parse(least)).toMatchObject({ limit: 50 })
    })

    test.each([1, 50, limits.page.max])('takes a limit of %d', (limit) => {
      expect(schema.parse({ ...least, limit })).toMatchObject({ limit })
    })

    test.each([0, -1, 101, 1.5, NaN, '10', null])('refuses a limit of %s', (limit) => {
      expect(limits.page.max).toBe(100)
      expect(schema.safeParse({ ...least, limit }).success).toBe(false)
    })
  },
)

describe.each(lists)('$name', ({ schema, least }) => {
  test.each(['forward', 'backward'])('tolerates direction: %s, which infinite queries send', (direction) => {
    expect(schema.safeParse({ ...least, direction }).success).toBe(true)
  })

  test.each(['sideways', '', null, 1])('refuses direction: %j', (direction) => {
    expect(schema.safeParse({ ...least, direction }).success).toBe(false)
  })

  test.each(['x', 'x'.repeat(200), null, undefined])('takes the cursor %j', (cursor) => {
    expect(schema.safeParse({ ...least, cursor }).success).toBe(true)
  })

  test.each(['', 'x'.repeat(201), 1, {}])('refuses the cursor %j', (cursor) => {
    expect(schema.safeParse({ ...least, cursor }).success).toBe(false)
  })
})
