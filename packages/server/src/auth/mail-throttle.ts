import { hasReason } from '@prebook/core'
import { countTry, type Store, type Tx } from '@prebook/db'
import { network, perHour, prepareCount, throttleKeys } from './throttles.ts'
import type { SigningKey } from './signing-key.ts'

/** Mails per hour to one address from one network, from one network to all addresses, and to one address. */
const PER_ADDRESS_AND_NETWORK = 5
const PER_NETWORK = 50
const PER_ADDRESS = 20
/** Mails per hour to one address because it was registered, which happens again only after the account was erased. */
const PER_REGISTERED_ADDRESS = 3

/** Mails to one address that ask to confirm a pre-booking: about one book, and in all. */
const PER_BOOK = { limit: 1, windowMs: 10 * 60_000 }
const PER_REQUESTED_ADDRESS = { limit: 5, windowMs: 24 * 3_600_000 }

/** A request for mail: the client's network address, and the folded e-mail address that it would go to. */
export type MailRequest = { address: string; email: string }

/** Limits the mail that people without special rights can have sent, so that it cannot flood an address. */
export type MailThrottle = {
  /**
   * Refuses a request over a limit before anything is written. The limit of an address does not apply to networks that its
   * account has signed in from, so that a stranger cannot keep its owner from a link.
   *
   * @returns counts the request in the transaction that queues the mail
   * @throws PrebookError `RATE_LIMITED`, for an address with an account and for any other alike
   */
  prepare(request: MailRequest): Promise<(tx: Tx) => Promise<void>>
  /**
   * The same for the mail to an address that is being registered. Over its limit, the account is opened without the mail.
   *
   * @returns null over the limit
   */
  prepareRegistration(request: MailRequest): Promise<((tx: Tx) => Promise<void>) | null>
  /**
   * The same for the mail that asks a guest to confirm a pre-booking. Only the limit of a network refuses the request. Over the
   * limits of the address, which apply to every network, the mail is left out without a word: otherwise the answer would tell
   * that the address asked for the book before.
   *
   * @returns counts the request in the transaction that queues the mail, and says whether the address may be mailed
   * @throws PrebookError `RATE_LIMITED`
   */
  preparePrebookRequest(request: MailRequest & { bookId: number }): Promise<(tx: Tx) => Promise<boolean>>
}

/**
 * Creates the mail throttle on a store; `now` returns milliseconds UTC.
 *
 * @param prebookRequestsPerHour the limit of one network
 */
export function createMailThrottle(
  store: Store,
  now: () => number,
  signingKey: SigningKey,
  prebookRequestsPerHour: number,
): MailThrottle {
  const { hmac, keyOf, knownNetwork } = throttleKeys(signingKey)
  return {
    async prepare({ address, email }) {
      const from = network(address)
      const count = await prepareCount(
        store,
        {
          counts: [
            perHour(await hmac(`mail-network ${from}`), PER_NETWORK),
            perHour(await keyOf(email, `mail-network ${from}`), PER_ADDRESS_AND_NETWORK),
          ],
          fromUnknownNetwork: perHour(await keyOf(email, 'mail'), PER_ADDRESS),
          known: await knownNetwork(email, address),
        },
        now,
      )
      return async (tx) => void (await count(tx))
    },
    async prepareRegistration({ address, email }) {
      const counts = [perHour(await keyOf(email, 'mail-registered'), PER_REGISTERED_ADDRESS)]
      try {
        const count = await prepareCount(store, { counts, known: await knownNetwork(email, address) }, now)
        return async (tx) => void (await count(tx))
      } catch (error) {
        if (hasReason(error, 'RATE_LIMITED')) return null
        throw error
      }
    },
    async preparePrebookRequest({ address, email, bookId }) {
      // Keys that do not begin like those of an account: nothing about an address without one can be found by the address.
      const ofNetwork = perHour(
        await hmac(`prebook-request-network ${network(address)}`),
        prebookRequestsPerHour,
      )
      const ofBook = { key: await hmac(`prebook-request ${bookId} ${email}`), ...PER_BOOK }
      const ofAddress = { key: await hmac(`prebook-request ${email}`), ...PER_REQUESTED_ADDRESS }
      const count = await prepareCount(store, { counts: [ofNetwork] }, now)
      return async (tx) => {
        await count(tx)
        // Always in this order, so that concurrent transactions cannot deadlock.
        for (const each of [ofBook, ofAddress]) if (!(await countTry(tx, each, now())).counted) return false
        return true
      }
    },
  }
}
