import type { RouterOutputs } from '@prebook/client'
import type { Account } from './people.ts'

export type Prebook = RouterOutputs['prebooks']['create']
/** The result of a stock change. */
export type StockAnswer = Pick<RouterOutputs['stock']['set'], 'movement' | 'broadcast' | 'transition'>

/** A stock change that was sent. Its note identifies it uniquely. */
export type SentChange = {
  actor: Account
  bookId: number
  quantity: number
  note: string
  idempotencyKey?: string
  step: number
}

/** A stock change with its response. */
export type AnsweredChange = SentChange & { answer: StockAnswer }

/**
 * The client-side record of what was requested and what was acknowledged. Steps increase with every entry, and order
 * acknowledgements and requests without a clock.
 */
export class Ledger {
  #step = 0

  /** Prebooks as last acknowledged, by id: created, cancelled, or shown in a list. */
  readonly prebooks = new Map<number, { readerId: number; prebook: Prebook; step: number }>()
  /** Creations without a response, by reader and book. Each may or may not have been applied. */
  readonly createsCutOff = new Map<string, number>()
  /** Prebooks with a cancellation without a response, which may or may not have been applied. */
  readonly cancelsUnderWay = new Set<number>()
  readonly changes = new Map<string, AnsweredChange>()
  /** Stock changes without a response, by note. */
  readonly changesCutOff = new Map<string, SentChange>()
  /** The number of responses that were cut off, and how many of those requests were carried out. */
  readonly cutOff = { requests: 0, carriedOut: 0 }
  /** Responses that the load does not explain. */
  readonly unexpected: string[] = []

  /** Counts the acknowledged changes by kind. */
  countAcknowledged(): Record<string, number> {
    const changes = [...this.changes.values()]
    const cancelled = [...this.prebooks.values()].filter(({ prebook }) => prebook.status === 'cancelled')
    return {
      prebooks: this.prebooks.size,
      cancelled: cancelled.length,
      restocked: changes.filter(({ answer }) => answer.transition === 'restocked').length,
      'sold out': changes.filter(({ answer }) => answer.transition === 'sold-out').length,
    }
  }

  nextStep(): number {
    this.#step += 1
    return this.#step
  }

  acknowledge(readerId: number, prebook: Prebook): void {
    const step = this.prebooks.get(prebook.id)?.step ?? this.nextStep()
    this.prebooks.set(prebook.id, { readerId, prebook, step })
  }

  cutOffCreate(readerId: number, bookId: number): void {
    const key = `${readerId}:${bookId}`
    this.cutOff.requests += 1
    this.createsCutOff.set(key, (this.createsCutOff.get(key) ?? 0) + 1)
  }

  /** Whether an unacknowledged prebook can come from a creation without a response. Each such creation counts once. */
  claimCutOffCreate(readerId: number, bookId: number): boolean {
    const key = `${readerId}:${bookId}`
    const left = this.createsCutOff.get(key) ?? 0
    if (left === 0) return false
    this.createsCutOff.set(key, left - 1)
    this.cutOff.carriedOut += 1
    return true
  }

  cutOffChange(sent: SentChange): void {
    this.cutOff.requests += 1
    this.changesCutOff.set(sent.note, sent)
  }

  answerChange(sent: SentChange, answer: StockAnswer): void {
    this.changesCutOff.delete(sent.note)
    this.changes.set(sent.note, { ...sent, answer })
  }

  /** Clears the requests without a response. Their process is dead, so what was not applied by now never will be. */
  clearCutOff(): void {
    this.createsCutOff.clear()
    this.cancelsUnderWay.clear()
    this.changesCutOff.clear()
  }

  /** The step of the last acknowledged restock of each book. Prebooks acknowledged before it must be notified. */
  restockSteps(): Map<number, number> {
    const steps = new Map<number, number>()
    for (const { bookId, step, answer } of this.changes.values()) {
      if (answer.transition === 'restocked') steps.set(bookId, Math.max(step, steps.get(bookId) ?? 0))
    }
    return steps
  }
}
