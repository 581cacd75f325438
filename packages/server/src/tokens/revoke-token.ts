import { PrebookError, type TokenIdInput } from '@prebook/core'
import { lockApiToken, recordAudit, updateApiToken, type Tx } from '@prebook/db'
import type { SignedInContext } from '../context.ts'

/**
 * Ends a token for good: it is refused from its next request on, and its streams end. Idempotent.
 *
 * @throws PrebookError `TOKEN_NOT_FOUND`
 */
export async function revokeToken(
  { services, user }: SignedInContext,
  { tokenId }: TokenIdInput,
): Promise<{ ok: true }> {
  const revoke = async (tx: Tx) => {
    const token = await lockApiToken(tx, tokenId)
    if (token === undefined) throw new PrebookError('TOKEN_NOT_FOUND', { field: 'tokenId' })
    if (token.revoked_at !== null) return
    const now = services.now()
    await updateApiToken(tx, tokenId, { revoked_at: now })
    await recordAudit(tx, {
      at: now,
      actor: { userId: user.id },
      action: 'tokens.revoke',
      subject: `token:${tokenId}`,
      details: {},
    })
  }
  await services.store.write(revoke, () => ({ kind: 'token', tokenId }))
  return { ok: true }
}
