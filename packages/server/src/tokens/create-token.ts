import { tokenExpiry, type NewApiToken, type TokenCreateInput } from '@prebook/core'
import { insertApiToken, recordAudit, type Tx } from '@prebook/db'
import { newTokenText } from '../auth/api-tokens.ts'
import type { SignedInContext } from '../context.ts'
import { presentToken } from './present-token.ts'

/** Makes a token. Its text is returned once and cannot be read again. */
export async function createToken(
  { services, user }: SignedInContext,
  { name, scopes, expiresInDays }: TokenCreateInput,
): Promise<NewApiToken> {
  const { text, hash } = newTokenText()
  const now = services.now()
  const row = await services.store.write(async (tx: Tx) => {
    const token = await insertApiToken(tx, {
      name,
      hash,
      scopes: scopes.join(' '),
      created_by: user.id,
      created_at: now,
      expires_at: tokenExpiry(expiresInDays, now),
    })
    await recordAudit(tx, {
      at: now,
      actor: { userId: user.id },
      action: 'tokens.create',
      subject: `token:${token.id}`,
      details: { scopes, ...(expiresInDays !== undefined && { expiresInDays }) },
    })
    return token
  })
  return { ...presentToken({ ...row, creator_email: user.email }, now), token: text }
}
