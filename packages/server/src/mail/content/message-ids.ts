import { randomBytes } from 'node:crypto'
import { addInstallationValue, findInstallationValue, LAST_OLD_DELIVERY, type Store } from '@prebook/db'
import type { Mailbox } from './mailbox.ts'

/** The Message-ID of a delivery. It depends on the delivery only, so a mail program can recognise a duplicate. */
export type MessageIds = (delivery: { id: number; prebookId: number | null }, from: Mailbox) => string

/** The random part, so that another installation with the same sender never repeats a Message-ID. */
const RANDOM_PART = 'message-id'

/** Creates the Message-IDs of this database. The random part is stored when it is first needed, and never changes. */
export async function readMessageIds(store: Store): Promise<MessageIds> {
  const lastOld = await store.read((reader) => findInstallationValue(reader, LAST_OLD_DELIVERY))
  const random =
    (await store.read((reader) => findInstallationValue(reader, RANDOM_PART))) ??
    (await store.write(async (tx) => {
      await addInstallationValue(tx, RANDOM_PART, randomBytes(12).toString('base64url'))
      return findInstallationValue(tx, RANDOM_PART)
    }))
  if (random === undefined) throw new Error('The random part of Message-IDs could not be stored.')
  return createMessageIds(random, Number(lastOld ?? 0))
}

/** @param lastOld the id of the last delivery whose Message-ID has the form of earlier versions */
export function createMessageIds(random: string, lastOld: number): MessageIds {
  return ({ id, prebookId }, from) => {
    const host = from.address.split('@')[1]
    return id <= lastOld ? `<delivery-${id}.prebook-${prebookId}@${host}>` : `<${id}.${random}@${host}>`
  }
}
