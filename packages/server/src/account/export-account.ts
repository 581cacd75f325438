import {
  emptyExport,
  EXPORT_ROWS,
  exportListAfter,
  exportLists,
  readExportPosition,
  type AccountExport,
  type AccountExportInput,
  type AuditEntry,
  type ExportList,
} from '@prebook/core'
import {
  listAccountLinks,
  listAuditEntriesOf,
  listConsents,
  listDeliveriesTo,
  listKeptAnswers,
  listMovementsBy,
  listRefusals,
  listSessionsById,
  listStockRequests,
  listPrebooksAfter,
} from '@prebook/db'
import type { SignedInContext } from '../context.ts'
import { decodeCursor, encodeCursor } from '../cursor.ts'
import { presentDelivery } from '../deliveries/present-delivery.ts'
import { isoTime } from '../iso-time.ts'
import { presentPrebook } from '../prebooks/present-prebook.ts'
import { presentMovement } from '../stock/present-movement.ts'
import { presentAccount } from '../users/present-user.ts'
import { presentSession } from './present-session.ts'

/** Reads rows of a list after a key: `''` for the first ones. Each row has the key that the next ones come after. */
type ReadList<Name extends ExportList> = (
  context: SignedInContext,
  page: { after: string; limit: number },
) => Promise<{ key: string; item: AccountExport[Name][number] }[]>

const lists: { [Name in ExportList]: ReadList<Name> } = {
  async sessions({ services, user, sessionId }, { after, limit }) {
    const page = { userId: user.id, afterId: Number(after), limit }
    const rows = await services.store.read((reader) => listSessionsById(reader, page))
    return rows.map((row) => ({ key: String(row.public_id), item: presentSession(row, sessionId) }))
  },
  async prebooks({ services, user }, { after, limit }) {
    const page = { userId: user.id, afterId: Number(after), limit }
    const rows = await services.store.read((reader) => listPrebooksAfter(reader, page))
    return rows.map((row) => ({ key: String(row.id), item: presentPrebook(services, row) }))
  },
  async consents({ services, user }, { after, limit }) {
    const page = { userId: user.id, afterId: Number(after), limit }
    const rows = await services.store.read((reader) => listConsents(reader, page))
    return rows.map(({ prebookId, version, locale, givenAt }) => ({
      key: String(prebookId),
      item: { prebookId, version, locale, givenAt: isoTime(givenAt) },
    }))
  },
  async deliveries({ services, user }, { after, limit }) {
    const page = { userId: user.id, afterId: Number(after), limit }
    const rows = await services.store.read((reader) => listDeliveriesTo(reader, page))
    return rows.map((row) => ({ key: String(row.id), item: presentDelivery(row) }))
  },
  async stockMovements({ services, user }, { after, limit }) {
    const page = { userId: user.id, afterId: Number(after), limit }
    const rows = await services.store.read((reader) => listMovementsBy(reader, page))
    return rows.map((row) => ({ key: String(row.id), item: presentMovement(row) }))
  },
  async stockRequests({ services, user }, { after, limit }) {
    const page = { userId: user.id, afterKey: after, limit }
    const rows = await services.store.read((reader) => listStockRequests(reader, page))
    return rows.map(({ key, answer, createdAt }) => ({
      key,
      item: { idempotencyKey: key, answer, createdAt: isoTime(createdAt) },
    }))
  },
  async keptAnswers({ services, user }, { after, limit }) {
    const page = { userId: user.id, afterKey: after, limit }
    const rows = await services.store.read((reader) => listKeptAnswers(reader, page))
    return rows.map(({ key, answer, createdAt }) => ({
      key,
      item: { idempotencyKey: key, answer, createdAt: isoTime(createdAt) },
    }))
  },
  async openLinks({ services, user }, { after, limit }) {
    const page = { userId: user.id, after, limit }
    const rows = await services.store.read((reader) => listAccountLinks(reader, page))
    return rows.map(({ purpose, expires_at, email, role }) => ({
      key: purpose,
      item: { purpose, expiresAt: isoTime(expires_at), email, role },
    }))
  },
  async refusals({ services, user }, { after, limit }) {
    const page = { email: user.email, afterId: Number(after), limit }
    const rows = await services.store.read((reader) => listRefusals(reader, page))
    return rows.map(({ delivery_id, permanent, refused_at }) => ({
      key: String(delivery_id),
      item: { deliveryId: delivery_id, permanent: permanent === 1, refusedAt: isoTime(refused_at) },
    }))
  },
  async auditEntries({ services, user }, { after, limit }) {
    const page = { userId: user.id, afterId: Number(after), limit }
    const rows = await services.store.read((reader) => listAuditEntriesOf(reader, page))
    return rows.map((row) => {
      const details = JSON.parse(row.details) as AuditEntry['details']
      return {
        key: String(row.id),
        item: { id: row.id, at: isoTime(row.at), action: row.action, subject: row.subject, details },
      }
    })
  },
}

/**
 * Returns a part of what is stored about the signed-in person. A part is bounded, so an export of any size does not hold
 * up other requests. The parts are not one snapshot: a row that changes meanwhile is in its state at the time of its part.
 *
 * @throws PrebookError `VALIDATION_ERROR` for a cursor of something else
 */
export async function exportAccount(
  context: SignedInContext,
  input: AccountExportInput,
): Promise<AccountExport> {
  const part = emptyExport(presentAccount(context.user, context.services))
  const { cursor } = input
  const start = readExportPosition(cursor == null ? null : decodeCursor(cursor))
  let room = EXPORT_ROWS
  for (const name of exportLists.slice(exportLists.indexOf(start.name))) {
    const after = name === start.name ? start.after : ''
    // The row for which there is no room shows that the list goes on.
    const rows = await lists[name](context, { after, limit: room + 1 })
    const shown = rows.slice(0, room)
    Object.assign(part, { [name]: shown.map(({ item }) => item) })
    room -= shown.length
    if (rows.length > shown.length) {
      part.nextCursor = encodeCursor(exportListAfter(name, shown.at(-1)?.key ?? after))
      return part
    }
  }
  return part
}
