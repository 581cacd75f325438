import { isDeepStrictEqual } from 'node:util'
import type { PrebookClient, RouterOutputs } from '@prebook/client'
import { sendChange, type Actors } from './crash-load.ts'
import type { ProofDatabase } from './engines.ts'
import type { AnsweredChange, Ledger, Prebook } from './ledger.ts'
import { clientOf, type Account } from './people.ts'

type Movement = RouterOutputs['stock']['history']['items'][number]

/** Compares a database with what was acknowledged before its process was killed. Returns the violations. */
export async function checkDatabase(database: ProofDatabase, ledger: Ledger): Promise<string[]> {
  const violations = await database.findViolations()
  const prebooks = await database.rows('select id, cancelled_at from prebooks')
  const cancelledAt = new Map(prebooks.map((row) => [row['id'], row['cancelled_at']]))
  const movements = await database.rows('select id, quantity_after from stock_movements')
  const quantityAfter = new Map(movements.map((row) => [row['id'], row['quantity_after']]))
  for (const { prebook } of ledger.prebooks.values()) {
    const stored = cancelledAt.get(prebook.id)
    if (stored === undefined) violations.push(`prebook ${prebook.id} is not in the database`)
    if (prebook.cancelledAt !== null && stored !== Date.parse(prebook.cancelledAt))
      violations.push(`prebook ${prebook.id} is not cancelled in the database`)
  }
  for (const { note, answer } of ledger.changes.values()) {
    const { movement } = answer
    if (movement !== null && quantityAfter.get(movement.id) !== movement.quantityAfter)
      violations.push(`the movement of ${note} is not in the database`)
  }
  return violations
}

/** Retries the changes without a response under their idempotency keys. Returns the changes that were applied twice. */
export async function retryCutOffChanges(
  url: string,
  database: ProofDatabase,
  ledger: Ledger,
): Promise<string[]> {
  const violations: string[] = []
  const movements = await database.rows('select id, note from stock_movements')
  const applied = new Map(movements.map((row) => [row['note'], row['id']]))
  for (const sent of ledger.changesCutOff.values()) {
    if (sent.idempotencyKey === undefined) continue
    const answer = await sendChange(clientOf(url, sent.actor), sent)
    const before = applied.get(sent.note)
    if (before !== undefined) ledger.cutOff.carriedOut += 1
    if (before !== undefined && answer.movement?.id !== before)
      violations.push(`${sent.note} was applied, but its retry returned ${JSON.stringify(answer)}`)
    ledger.answerChange(sent, answer)
  }
  return violations
}

/** Compares the API's state with the ledger, and records that state in the ledger. Returns the violations. */
export async function checkThroughApi(url: string, actors: Actors, ledger: Ledger): Promise<string[]> {
  const [admin] = actors.admins
  if (admin === undefined) throw new Error('The check needs an admin.')
  const client = clientOf(url, admin)
  const histories = await Promise.all(actors.books.map((bookId) => listMovements(client, bookId)))
  const violations = checkMovements(histories.flat(), ledger)
  for (const reader of actors.readers) {
    const shown = await listPrebooks(clientOf(url, reader))
    violations.push(...checkPrebooks(reader, shown, ledger))
  }
  ledger.clearCutOff()
  return violations
}

function checkMovements(shown: Movement[], ledger: Ledger): string[] {
  const violations: string[] = []
  const found = new Set<string>()
  for (const { actorEmail: _, tokenName: __, broadcast, ...movement } of shown) {
    const note = String(movement.note)
    const known = ledger.changes.get(note)
    const sent = known ?? ledger.changesCutOff.get(note)
    const { delta, quantityAfter, bookId } = movement
    if (found.has(note)) violations.push(`${note} was applied twice`)
    found.add(note)
    if (sent === undefined || sent.bookId !== bookId || sent.quantity !== quantityAfter) {
      violations.push(`no request asked for ${JSON.stringify(movement)}`)
    } else if (known === undefined) {
      ledger.cutOff.carriedOut += 1
      const transition = delta === quantityAfter ? 'restocked' : quantityAfter === 0 ? 'sold-out' : 'changed'
      ledger.answerChange(sent, { movement, broadcast, transition })
    } else if (!isDeepStrictEqual(asShown(known), { movement, broadcast })) {
      violations.push(
        `${note} returned ${JSON.stringify(known.answer)}, now it is ${JSON.stringify({ movement, broadcast })}`,
      )
    }
  }
  for (const { note, answer } of ledger.changes.values()) {
    if (answer.movement !== null && !found.has(note)) violations.push(`${note} was acknowledged but is lost`)
  }
  return violations
}

function asShown({ answer: { movement, broadcast } }: AnsweredChange) {
  return { movement, broadcast }
}

function checkPrebooks(reader: Account, shown: Prebook[], ledger: Ledger): string[] {
  const violations: string[] = []
  const restocked = ledger.restockSteps()
  for (const prebook of shown) {
    const { id, bookId, status } = prebook
    const known = ledger.prebooks.get(id)
    if (known === undefined) {
      if (!ledger.claimCutOffCreate(reader.id, bookId)) violations.push(`no request asked for prebook ${id}`)
      if (status === 'cancelled') violations.push(`no request cancelled prebook ${id}`)
    } else {
      if (!mayFollow(known.prebook, prebook, ledger.cancelsUnderWay.has(id)))
        violations.push(
          `acknowledged as ${JSON.stringify(known.prebook)}, now it is ${JSON.stringify(prebook)}`,
        )
      if (status === 'waiting' && known.step < (restocked.get(bookId) ?? 0))
        violations.push(`prebook ${id} was created before a restock but is still waiting`)
    }
    ledger.acknowledge(reader.id, prebook)
  }
  const ids = new Set(shown.map(({ id }) => id))
  for (const { readerId, prebook } of ledger.prebooks.values()) {
    if (readerId === reader.id && !ids.has(prebook.id)) violations.push(`prebook ${prebook.id} is lost`)
  }
  return violations
}

/** Whether a prebook may have changed like this: notified, or cancelled if a cancellation was sent. */
function mayFollow(before: Prebook, now: Prebook, cancelSent: boolean): boolean {
  if (isDeepStrictEqual(before, now)) return true
  const { status, notifiedAt, cancelledAt, cancelledBy } = now
  if (!isDeepStrictEqual({ ...before, status, notifiedAt, cancelledAt, cancelledBy }, now)) return false
  if (cancelledBy !== (status === 'cancelled' ? 'reader' : null)) return false
  if (before.status === 'waiting' && status === 'notified') return notifiedAt !== null && cancelledAt === null
  if (before.status === 'cancelled' || status !== 'cancelled') return false
  return (
    cancelSent && cancelledAt !== null && (before.notifiedAt === null || before.notifiedAt === notifiedAt)
  )
}

function listPrebooks(client: PrebookClient): Promise<Prebook[]> {
  return allPages((cursor) => client.prebooks.list.query({ limit: 100, cursor }))
}

function listMovements(client: PrebookClient, bookId: number): Promise<Movement[]> {
  return allPages((cursor) => client.stock.history.query({ bookId, limit: 100, cursor }))
}

async function allPages<Item>(
  fetchPage: (cursor: string | null) => Promise<{ items: Item[]; nextCursor: string | null }>,
): Promise<Item[]> {
  const items: Item[] = []
  let cursor: string | null = null
  do {
    const page = await fetchPage(cursor)
    items.push(...page.items)
    cursor = page.nextCursor
  } while (cursor !== null)
  return items
}
