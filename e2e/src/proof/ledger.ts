import type { RouterOutputs } from '@prebook/client'
import type { Account } from './people.ts'

export type Prebook = RouterOutputs['prebooks']['create']
/** What a change of stock came to. */
export type StockAnswer = Pick<RouterOutputs['stock']['set'], 'movement' | 'broadcast' | 'transition'>

/** A change of stock that was sent. Its note names it and nothing else. */
export type SentChange = {
  actor: Account
  bookId: number
  quantity: number
  note: string
  idempotencyKey?: string
  step: number
}

/** A change of stock that was answered. */
export type AnsweredChange = SentChange & { answer: StockAnswer }

/**
 * What the service was asked and what it acknowledged, kept by those who asked. Steps count up with every entry: they say
 * what was acknowledged before something else was sent, without any clock.
 */
export class Ledger {
  #step = 0

  /** Prebooks as they were last acknowledged, by id: made, cancelled, or shown in a list. */
  readonly prebooks = new Map<number, { readerId: number; prebook: Prebook; step: number }>()
  /** Pre-bookings whose answer never came, by reader and book: each may or may not have been made. */
  readonly createsCutOff = new Map<string, number>()
  /** Prebooks whose cancellation was sent and not answered: it may or may not have been made. */
  readonly cancelsUnderWay = new Set<number>()
  readonly changes = new Map<string, AnsweredChange>()
  /** Changes of stock whose answer never came, by note. */
  readonly changesCutOff = new Map<string, SentChange>()
  /** How many answers were cut off, and how many of those requests turned out to have been carried out. */
  readonly cutOff = { requests: 0, carriedOut: 0 }
  /** Answers that nothing in the load explains. */
  readonly unexpected: string[] = []

  /** How often what a load does was acknowledged, by what it is. */
  happened(): Record<string, number> {
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

  /** Whether a prebook that nobody acknowledged can be one whose answer was cut off; each counts once. */
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

  /** Whoever did not answer is dead and carries nothing out any more: what is not there now never will be. */
  forgetCutOff(): void {
    this.createsCutOff.clear()
    this.cancelsUnderWay.clear()
    this.changesCutOff.clear()
  }

  /** The step at which the last acknowledged restock of each book was sent: whoever was acknowledged before it is told. */
  restockSteps(): Map<number, number> {
    const steps = new Map<number, number>()
    for (const { bookId, step, answer } of this.changes.values()) {
      if (answer.transition === 'restocked') steps.set(bookId, Math.max(step, steps.get(bookId) ?? 0))
    }
    return steps
  }
}
