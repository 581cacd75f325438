/** A book that is there from the start. All but the title has a default. */
export type FakeBook = {
  title: string
  /** Default: `Unknown`. */
  author?: string | undefined
  /** In minor units of the currency: cents of EUR. Default: 1,000. */
  priceCents?: number | undefined
  isbn?: string | null | undefined
  description?: string | null | undefined
  /** Default: 0, so that it can be pre-booked. */
  stockQuantity?: number | undefined
}

/** An account that is there from the start. */
export type FakeUser = {
  email: string
  /** Default: `reader`. `staff@example.org` and `admin@example.org` always have the role of their name. */
  role?: 'reader' | 'staff' | 'admin' | undefined
  /** Default: {@link FAKE_PASSWORD}. */
  password?: string | undefined
  /** Whether the address is proven. Default: true. */
  isVerified?: boolean | undefined
  /** Default: true. */
  isActive?: boolean | undefined
  mailOptOut?: boolean | undefined
}

/** The options of {@link createFakePrebook}. */
export type FakeOptions = {
  books?: FakeBook[] | undefined
  users?: FakeUser[] | undefined
  /** The time at the start, which stands still until you move it. Default: 2026-01-01T00:00:00.000Z. */
  now?: Date | string | number | undefined
  /** The base URL that it answers for. Default: `http://prebook.test`. */
  url?: string | undefined
  /** The ISO 4217 code of the shop's currency. Default: `EUR`. */
  currency?: string | undefined
  /** Whether the shop has a mail server. Without one, it holds its mail and sends no links. Default: true. */
  hasMail?: boolean | undefined
}

/** The password of the accounts of a fake, unless they have another one. */
export const FAKE_PASSWORD = 'a fake password'
