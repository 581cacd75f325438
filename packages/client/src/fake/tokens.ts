import {
  assertRotatable,
  formatToken,
  PrebookError,
  TOKEN_RANDOM_LENGTH,
  tokenExpiry,
  TokenScope,
  tokenStatus,
  type ApiToken,
  type NewApiToken,
  type TokenCreateInput,
  type TokenIdInput,
  type TokenListInput,
  type TokenPage,
  type TokenRotateInput,
} from '@prebook/core'
import type { SignedInCall } from './callers.ts'
import { newestFirst, page } from './cursors.ts'
import type { TokenRow } from './rows.ts'
import { add, findUser, isoTime, isoTimeOrNull, recordAudit, type Shop } from './shop.ts'

const HOUR_MS = 3_600_000

function presentToken(shop: Shop, row: TokenRow): ApiToken {
  const { id, name, scopes, createdBy, createdAt, expiresAt, lastUsedAt, revokedAt, previous } = row
  const status = tokenStatus(row, shop.now())
  const overlaps = status === 'active' && previous !== null && previous.until > shop.now()
  return {
    id,
    name,
    scopes: TokenScope.options.filter((scope) => scopes.includes(scope)),
    status,
    createdBy,
    createdByEmail: findUser(shop, createdBy)?.email ?? null,
    createdAt: isoTime(createdAt),
    expiresAt: isoTimeOrNull(expiresAt),
    lastUsedAt: isoTimeOrNull(lastUsedAt),
    revokedAt: isoTimeOrNull(revokedAt),
    overlapEndsAt: isoTimeOrNull(overlaps ? previous.until : null),
  }
}

/** The text of the nth version of a token. It says which it is: `pbk_…t3v1…` is the first of the third token. */
function textOf(id: number, version: number): string {
  return formatToken(`t${id}v${version}`.padStart(TOKEN_RANDOM_LENGTH, '0'))
}

export function listTokens({ shop }: SignedInCall, input: TokenListInput): TokenPage {
  const { createdBy, isActive, cursor, limit } = input
  const works = (row: TokenRow) => tokenStatus(row, shop.now()) === 'active'
  const rows = newestFirst('tokens', shop.rows.tokens, cursor).filter(
    (row) => row.createdBy === (createdBy ?? row.createdBy) && works(row) === (isActive ?? works(row)),
  )
  return page(
    'tokens',
    rows,
    limit,
    (row) => presentToken(shop, row),
    ({ id }) => id,
  )
}

export function createToken(
  { shop, user }: SignedInCall,
  { name, scopes, expiresInDays }: TokenCreateInput,
): NewApiToken {
  const now = shop.now()
  const text = textOf(shop.rows.tokens.length + 1, 1)
  const row = add<TokenRow>(shop.rows.tokens, {
    name,
    text,
    version: 1,
    previous: null,
    scopes,
    createdBy: user.id,
    createdAt: now,
    expiresAt: tokenExpiry(expiresInDays, now),
    lastUsedAt: null,
    revokedAt: null,
  })
  recordAudit(
    shop,
    { userId: user.id },
    {
      action: 'tokens.create',
      subject: `token:${row.id}`,
      details: { scopes, ...(expiresInDays !== undefined && { expiresInDays }) },
    },
  )
  return { ...presentToken(shop, row), token: text }
}

function findToken({ rows }: Shop, tokenId: number): TokenRow {
  const row = rows.tokens[tokenId - 1]
  if (row === undefined) throw new PrebookError('TOKEN_NOT_FOUND', { field: 'tokenId' })
  return row
}

export function rotateToken(
  { shop, user }: SignedInCall,
  { tokenId, overlapHours, expiresInDays }: TokenRotateInput,
): NewApiToken {
  const now = shop.now()
  const row = findToken(shop, tokenId)
  assertRotatable(row, now)
  const version = row.version + 1
  Object.assign(row, {
    version,
    text: textOf(tokenId, version),
    previous: overlapHours === 0 ? null : { text: row.text, until: now + overlapHours * HOUR_MS },
    ...(expiresInDays !== undefined && { expiresAt: tokenExpiry(expiresInDays, now) }),
  })
  recordAudit(
    shop,
    { userId: user.id },
    {
      action: 'tokens.rotate',
      subject: `token:${tokenId}`,
      details: { overlapHours, ...(expiresInDays !== undefined && { expiresInDays }) },
    },
  )
  return { ...presentToken(shop, row), token: row.text }
}

export function revokeToken({ shop, user }: SignedInCall, { tokenId }: TokenIdInput): { ok: true } {
  const row = findToken(shop, tokenId)
  if (row.revokedAt === null) {
    row.revokedAt = shop.now()
    recordAudit(
      shop,
      { userId: user.id },
      { action: 'tokens.revoke', subject: `token:${tokenId}`, details: {} },
    )
  }
  return { ok: true }
}
