import { isPrebookError } from '@prebook/client'
import type { Connection } from './connect.ts'

/**
 * Checks that the server accepts the token of the shop that a connection uses. No token may read an account, so the server
 * refuses one that works with `AUTH_FORBIDDEN`, and any other with `AUTH_REQUIRED`.
 *
 * @throws PrebookClientError `AUTH_REQUIRED` when the token does not work
 */
export async function checkShopToken({ call }: Connection): Promise<void> {
  try {
    await call((client, request) => client.account.get.query(undefined, request))
  } catch (error) {
    if (!isPrebookError(error, 'AUTH_FORBIDDEN')) throw error
  }
}
