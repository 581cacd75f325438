import { z } from 'zod'
import {
  Account,
  AccountExport,
  Announcement,
  ApiToken,
  AuditEntry,
  AuditPage,
  Book,
  BookAvailabilities,
  BookAvailability,
  BookExpected,
  BookImportResult,
  BookOverduePage,
  BookPage,
  BookSuggestion,
  BookSuggestions,
  BookWaitlist,
  BookWithdrawal,
  BookWithdrawalPreview,
  Broadcast,
  ChangedUser,
  ConfirmedPrebook,
  Delivery,
  DeliveryPage,
  DeliveryRedriven,
  Demand,
  DemandOrderListPage,
  DemandTop,
  DemandWaitlistPage,
  Invitation,
  limits,
  NewApiToken,
  OrderLine,
  OverdueBook,
  Prebook,
  PrebookChallenge,
  PrebookDetail,
  PrebookPage,
  Session,
  SessionList,
  Shop,
  StockBatchResult,
  StockChange,
  StockHistoryPage,
  StockMovement,
  StockMovementNews,
  StockPreview,
  SuppressionLifted,
  TokenPage,
  User,
  UserPage,
  WithdrawnWaitlist,
} from '@prebook/core'
import { restWord, snakeCase } from './names.ts'
import { AccessToken } from './shapes.ts'

export type Json = { [key: string]: unknown }

/** The schemas with a name in the document, and so in generated clients. */
const named = z.registry<{ id: string }>()
for (const [id, schema] of Object.entries({
  AccessToken,
  Account,
  AccountExport,
  Announcement,
  ApiToken,
  AuditEntry,
  AuditPage,
  Book,
  BookAvailabilities,
  BookAvailability,
  BookExpected,
  BookImportResult,
  BookOverduePage,
  BookPage,
  BookSuggestion,
  BookSuggestions,
  BookWaitlist,
  BookWithdrawal,
  BookWithdrawalPreview,
  Broadcast,
  ChangedUser,
  ConfirmedPrebook,
  Delivery,
  DeliveryPage,
  DeliveryRedriven,
  Demand,
  DemandOrderListPage,
  DemandTop,
  DemandWaitlistPage,
  Invitation,
  NewApiToken,
  OrderLine,
  OverdueBook,
  Prebook,
  PrebookChallenge,
  PrebookDetail,
  PrebookPage,
  Session,
  SessionList,
  Shop,
  StockBatchResult,
  StockChange,
  StockHistoryPage,
  StockMovement,
  StockMovementNews,
  StockPreview,
  SuppressionLifted,
  TokenPage,
  User,
  UserPage,
  WithdrawnWaitlist,
}))
  named.add(schema, { id })

const reference = (id: string) => `#/components/schemas/${id}`

/** The schemas with a name, by their names. */
export function namedSchemas(): Record<string, Json> {
  const { schemas } = z.toJSONSchema(named, { uri: reference, io: 'output', unrepresentable: 'any' })
  return Object.fromEntries(
    Object.entries(schemas).map(([id, { $schema: _dialect, $id: _uri, ...schema }]) => [
      id,
      inRest(schema) as Json,
    ]),
  )
}

/** The schema of a response: a reference if it has a name. */
export function outputSchema(schema: z.ZodType): Json {
  const id = named.get(schema)?.id
  return id === undefined ? restSchema(schema, 'output') : { $ref: reference(id) }
}

/** Converts a schema of core to JSON Schema with REST's names. */
export function restSchema(schema: z.core.$ZodType, io: 'input' | 'output'): Json {
  const { $schema: _dialect, ...json } = z.toJSONSchema(schema, { io, unrepresentable: 'any' })
  return inRest(json) as Json
}

function inRest(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(inRest)
  if (typeof schema !== 'object' || schema === null) return schema
  return Object.fromEntries(Object.entries(schema).flatMap(([key, value]) => keywordInRest(key, value)))
}

function keywordInRest(key: string, value: unknown): [key: string, value: unknown][] {
  if (key === 'required' && Array.isArray(value)) return [[key, value.map((name) => snakeCase(String(name)))]]
  if (key === 'enum' && Array.isArray(value))
    return [[key, value.map((word) => (typeof word === 'string' ? restWord(word) : (word as unknown)))]]
  // Validators refuse a format that they do not know, and few know this one.
  if (key === 'format' && value === 'idn-email') return []
  if (key === 'description' && typeof value === 'string') return [[key, inWords(value)]]
  if (key === 'properties' && typeof value === 'object' && value !== null) return [[key, renameKeys(value)]]
  return [[key, inRest(value)]]
}

/** A description with the names of fields as in REST: `nextCursor` is `next_cursor`. */
function inWords(description: string): string {
  return description.replaceAll(/`(\w+)`/g, (_, name: string) => `\`${restWord(name)}\``)
}

function renameKeys(properties: object): Json {
  return Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => [
      snakeCase(name),
      name === 'priceCents' ? price : inRest(schema),
    ]),
  )
}

// Without `multipleOf`: validators that divide in binary floating point would call 19.99 invalid.
const price: Json = {
  type: 'number',
  exclusiveMinimum: 0,
  // Of a currency without minor units. Others have their decimal places within the same digits.
  maximum: limits.price.max,
  description:
    'In whole units of the currency of the shop, with at most as many decimal places as the currency has: 19.99 EUR, 1980 JPY, ' +
    '1.250 KWD. Never rounded: beyond 15 digits, read and write it as a decimal number.',
}
