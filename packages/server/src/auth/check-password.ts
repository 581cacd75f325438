import type { UserRow } from '@prebook/db'
import type { RequestContext } from '../context.ts'
import { readDeviceTokens } from './devices.ts'

/** A password to check. `user` is undefined for an unknown address, `startedAt` is when the request began. */
type Check = { email: string; user: UserRow | undefined; password: string; startedAt: number }

/**
 * Checks a password, counted as a sign-in from this network and device. A password that could not be checked in time does
 * not count.
 *
 * @returns whether it matches, and the account's device token that the request carried, or null
 * @throws PrebookError `RATE_LIMITED`, `STORE_BUSY`
 */
export async function checkPassword(
  { request, services: { passwords, throttles, devices } }: RequestContext,
  { email, user, password, startedAt }: Check,
): Promise<{ matches: boolean; device: string | null }> {
  const device = await devices.find(user, readDeviceTokens(request))
  const attempt = await throttles.login({ address: request.address, email, device })
  const matches = await passwords
    .verify(user?.password_hash ?? null, password, startedAt)
    .catch(async (error: unknown) => {
      await attempt.takeBack()
      throw error
    })
  if (matches) await attempt.succeed()
  return { matches, device }
}
