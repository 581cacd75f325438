import { randomBytes } from 'node:crypto'
import { addInstallationValue, findInstallationValue, type Store } from '@prebook/db'

const NAME = 'signing-key'

/** The key that signs device tokens and hides network addresses: the same for all processes, and across restarts. */
export type SigningKey = () => Promise<string>

/**
 * Creates the signing key on a store. The key is random, and stored when it is first needed. It does not depend on the
 * setting `SECRET`, which is optional and which commands such as `admin:create` may not have.
 */
export function createSigningKey(store: Store): SigningKey {
  let key: Promise<string> | undefined
  return () =>
    (key ??= findOrAdd(store).catch((error: unknown) => {
      key = undefined
      throw error
    }))
}

async function findOrAdd(store: Store): Promise<string> {
  const found = await store.read((reader) => findInstallationValue(reader, NAME))
  if (found !== undefined) return found
  const random = randomBytes(32).toString('hex')
  return store.write(async (tx) => {
    await addInstallationValue(tx, NAME, random)
    // Another process may have added its own first.
    return (await findInstallationValue(tx, NAME)) ?? random
  })
}
