import {
  AccountEmail,
  BookCreateInput,
  DEFAULT_CURRENCY,
  isCurrency,
  LoginInput,
  Role,
  User,
} from '@prebook/core'
import { FAKE_PASSWORD } from './options.ts'
import { z } from './read-option.ts'

// Apart from the published types, whose declarations are bundled without those of zod.

/** A time, in milliseconds UTC. */
export const Time = z.custom<Date | string | number>().transform((time, context) => {
  const milliseconds = new Date(time).getTime()
  if (!Number.isNaN(milliseconds)) return milliseconds
  context.addIssue({ code: 'custom', message: `${String(time)} is not a time.` })
  return z.NEVER
})

const { author, priceCents } = BookCreateInput.shape

const SeededBook = BookCreateInput.extend({
  author: author.default('Unknown'),
  priceCents: priceCents.default(1_000),
})

/** An account of the options, with its defaults. */
export const SeededUser = z
  .strictObject({
    email: AccountEmail,
    role: Role.optional(),
    password: LoginInput.shape.password.default(FAKE_PASSWORD),
    isVerified: z.boolean().default(true),
    isActive: User.shape.isActive.default(true),
    mailOptOut: User.shape.mailOptOut.default(false),
  })
  .transform(({ role, ...user }, context) => {
    const { email } = user
    const builtIn = Role.options.find((each) => email === addressOfRole(each))
    if (role !== undefined && builtIn !== undefined && role !== builtIn)
      context.addIssue({
        code: 'custom',
        path: ['role'],
        message: `Must be ${builtIn}, because fake.${builtIn} signs in as ${email}.`,
      })
    return { ...user, role: role ?? builtIn ?? 'reader' }
  })
/** See {@link SeededUser}. */
export type SeededUser = z.output<typeof SeededUser>

/** The options with their defaults. Reading them copies them. */
export const Options = z.strictObject({
  books: z.array(SeededBook).superRefine(allDifferent('isbn', 'Another book has this ISBN.')).default([]),
  users: z
    .array(SeededUser)
    .superRefine(allDifferent('email', 'Another account has this address.'))
    .default([]),
  now: Time.default(Date.parse('2026-01-01T00:00:00.000Z')),
  url: z
    .string()
    .transform(withoutSlash)
    .refine(isUrl, 'Must be a URL, such as http://prebook.test.')
    .default('http://prebook.test'),
  currency: z
    .string()
    .refine(isCurrency, 'Must be the ISO 4217 code of a currency, such as EUR.')
    .default(DEFAULT_CURRENCY),
  hasMail: z.boolean().default(true),
})

/** The address of the account that `fake.reader`, `fake.staff` or `fake.admin` signs in as. */
export function addressOfRole(role: Role): string {
  return `${role}@example.org`
}

/** A base URL without a slash at the end. */
export function withoutSlash(url: string): string {
  return url.replace(/\/+$/, '')
}

/** Whether requests can be made to it. In a browser, it can be relative to the page. */
function isUrl(text: string): boolean {
  try {
    return new Request(text).url !== ''
  } catch {
    return false
  }
}

/** A check that no two items have the same value in a field. */
function allDifferent<Field extends string>(field: Field, message: string) {
  return (items: { [Name in Field]?: unknown }[], context: z.RefinementCtx): void => {
    const values = items.map((item) => item[field])
    for (const [index, value] of values.entries())
      if (value != null && values.indexOf(value) < index)
        context.addIssue({ code: 'custom', path: [index, field], message })
  }
}
