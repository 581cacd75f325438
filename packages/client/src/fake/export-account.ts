import {
  emptyExport,
  EXPORT_ROWS,
  exportListAfter,
  exportLists,
  readExportPosition,
  type AccountExport,
  type AccountExportInput,
} from '@prebook/core'
import { presentAccount, presentSession } from './accounts.ts'
import type { SignedInCall } from './callers.ts'
import { decoded } from './cursors.ts'
import { presentDelivery } from './deliveries.ts'
import { presentPrebook } from './prebooks.ts'
import { isoTime } from './shop.ts'
import { presentMovement } from './stock.ts'

export function exportAccount(call: SignedInCall, { cursor }: AccountExportInput): AccountExport {
  const { shop, user } = call
  const start = readExportPosition(cursor == null ? null : decoded(cursor))
  const lists = exportedLists(call)
  const part = emptyExport(presentAccount(shop, user))
  let room = EXPORT_ROWS
  for (const name of exportLists.slice(exportLists.indexOf(start.name))) {
    const isNumeric = name !== 'stockRequests' && name !== 'openLinks' && name !== 'keptAnswers'
    const isAfter = (key: string) => (isNumeric ? Number(key) > Number(start.after) : key > start.after)
    const left = lists[name].filter(({ key }) => name !== start.name || isAfter(key))
    const shown = left.slice(0, room)
    Object.assign(part, { [name]: shown.map(({ item }) => item) })
    room -= shown.length
    if (left.length > shown.length)
      return { ...part, nextCursor: btoa(exportListAfter(name, shown.at(-1)?.key ?? start.after)) }
  }
  return part
}

/** What is stored about an account, by list. Each row has the key that the next ones come after. */
function exportedLists({ shop, user, session }: SignedInCall) {
  const { rows } = shop
  const own = <Row extends { userId: number }>(all: Row[]) => all.filter((row) => row.userId === user.id)
  const keyed = <Row, Item>(all: Row[], keyOf: (row: Row) => string | number, present: (row: Row) => Item) =>
    all.map((row) => ({ key: String(keyOf(row)), item: present(row) }))
  const byId = ({ id }: { id: number }) => id
  const subject = `user:${user.id}`
  return {
    sessions: keyed(own(rows.sessions), byId, (row) => presentSession(row, session)),
    prebooks: keyed(own(rows.prebooks), byId, (row) => presentPrebook(shop, row)),
    consents: keyed(
      rows.consents.filter(({ prebookId }) => rows.prebooks[prebookId - 1]?.userId === user.id),
      ({ prebookId }) => prebookId,
      ({ givenAt, ...consent }) => ({ ...consent, givenAt: isoTime(givenAt) }),
    ),
    deliveries: keyed(own(rows.deliveries), byId, (row) => presentDelivery(shop, row)),
    stockMovements: keyed(
      rows.movements.filter(({ actorId }) => actorId === user.id),
      byId,
      presentMovement,
    ),
    stockRequests: keyed(
      rows.stockRequests
        .filter(({ actor }) => actor === subject)
        .toSorted((a, b) => (a.key < b.key ? -1 : 1)),
      ({ key }) => key,
      ({ key, answer, createdAt }) => ({ idempotencyKey: key, answer, createdAt: isoTime(createdAt) }),
    ),
    keptAnswers: [],
    openLinks: keyed(
      own(rows.links)
        .filter(({ expiresAt }) => expiresAt > 0)
        .toSorted((a, b) => (a.purpose < b.purpose ? -1 : 1)),
      ({ purpose }) => purpose,
      ({ purpose, expiresAt, email, role }) => ({ purpose, expiresAt: isoTime(expiresAt), email, role }),
    ),
    refusals: keyed(
      rows.refusals.filter(({ email }) => email === user.email),
      ({ deliveryId }) => deliveryId,
      ({ deliveryId, refusedAt }) => ({ deliveryId, permanent: true, refusedAt: isoTime(refusedAt) }),
    ),
    auditEntries: keyed(
      rows.audit.filter((row) => row.actorId === user.id || row.subject === subject),
      byId,
      ({ id, at, action, details, subject: about }) => ({
        id,
        at: isoTime(at),
        action,
        subject: about,
        details,
      }),
    ),
  }
}
