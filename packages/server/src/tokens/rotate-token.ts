import {
  assertRotatable,
  PrebookError,
  tokenExpiry,
  type NewApiToken,
  type TokenRotateInput,
} from '@prebook/core'
import { findEmails, lockApiToken, recordAudit, updateApiToken, type Tx } from '@prebook/db'
import { newTokenText } from '../auth/api-tokens.ts'
import type { SignedInContext } from '../context.ts'
import { factsOf, presentToken } from './present-token.ts'

const HOUR_MS = 3_600_000

/**
 * Gives a token a new text. The present one works on for the overlap, and one from before an earlier rotation ends at once.
 *
 * @throws PrebookError `TOKEN_NOT_FOUND`, also for a token that no longer works
 */
export async function rotateToken(
  { services, user }: SignedInContext,
  { tokenId, overlapHours, expiresInDays }: TokenRotateInput,
): Promise<NewApiToken> {
  const { text, hash } = newTokenText()
  const now = services.now()
  const rotate = async (tx: Tx) => {
    const before = await lockApiToken(tx, tokenId)
    if (before === undefined) throw new PrebookError('TOKEN_NOT_FOUND', { field: 'tokenId' })
    assertRotatable(factsOf(before), now)
    const row = await updateApiToken(tx, tokenId, {
      hash,
      previous_hash: overlapHours === 0 ? null : before.hash,
      previous_until: overlapHours === 0 ? null : now + overlapHours * HOUR_MS,
      ...(expiresInDays !== undefined && { expires_at: tokenExpiry(expiresInDays, now) }),
    })
    await recordAudit(tx, {
      at: now,
      actor: { userId: user.id },
      action: 'tokens.rotate',
      subject: `token:${tokenId}`,
      details: { overlapHours, ...(expiresInDays !== undefined && { expiresInDays }) },
    })
    const creators = await findEmails(tx, [row.created_by])
    return { ...row, creator_email: creators.get(row.created_by) ?? null }
  }
  const row = await services.store.write(rotate, () => ({ kind: 'token', tokenId }))
  return { ...presentToken(row, now), token: text }
}
