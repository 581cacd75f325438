import { consent } from '@prebook/core/consent'
import type { Locale } from '@prebook/core'
import type { Availability } from './availability.ts'
import type { Parts } from './parts.ts'
import { dueText, waitingText } from './phrases.ts'
import { fill, texts, type Problem } from './texts.ts'

/** What a visitor sees. */
export type View = {
  book: Availability
  /** Whether the visitor has not begun, has opened the form, or is done. */
  step: 'start' | 'form' | 'done'
  /** Whether something is being sent. */
  isBusy: boolean
  /** What came of the last attempt. */
  outcome: Problem | 'sent' | 'prebooked' | null
  /** The address that the link was sent to. */
  sentTo: string
}

/** Shows a view in a language. */
export function showView(parts: Parts, { book, step, isBusy, outcome, sentTo }: View, locale: Locale): void {
  const words = texts[locale]
  const isSoldOut = book.availability === 'sold-out'
  const named = (action: string) => fill(words.named, { action, title: book.title ?? book.isbn })
  parts.box.lang = locale
  parts.box.dir = words.direction

  const state = {
    'sold-out': words.soldOut,
    withdrawn: words.withdrawn,
    'in-stock': words.inStock,
    unknown: null,
  }
  say(parts.availability, state[book.availability])
  say(parts.waiting, isSoldOut ? waitingText(book.waiting, locale) : null)
  say(parts.due, isSoldOut ? dueText(book.expected_on, locale) : null)

  say(parts.open, isSoldOut && step === 'start' ? words.prebook : null)
  parts.open.setAttribute('aria-label', named(words.prebook))
  parts.open.setAttribute('aria-disabled', String(isBusy))

  parts.form.hidden = !isSoldOut || step !== 'form'
  parts.form.setAttribute('aria-label', named(words.prebook))
  say(parts.emailLabel, words.email)
  parts.email.setAttribute('aria-invalid', String(outcome === 'email'))
  say(parts.explanation, words.explanation)
  say(parts.submit, isBusy ? words.sending : words.send)
  parts.submit.setAttribute('aria-disabled', String(isBusy))
  say(parts.cancel, words.cancel)
  say(parts.consent, consent.texts[locale])

  const message = outcome === null ? '' : outcomeText(outcome, locale, sentTo)
  say(parts.problem, step === 'form' ? message : '')
  say(parts.message, step === 'form' ? '' : message)
}

function outcomeText(outcome: NonNullable<View['outcome']>, locale: Locale, sentTo: string): string {
  const { problems, prebooked, sent } = texts[locale]
  if (outcome === 'prebooked') return prebooked
  return outcome === 'sent' ? fill(sent, { email: isolated(sentTo) }) : problems[outcome]
}

/** Keeps an address together in text that runs from right to left (Unicode UAX 9). */
function isolated(text: string): string {
  return `\u2066${text}\u2069`
}

/** Sets a text, or hides the element. An equal text is left alone: screen readers would announce it again. */
function say(element: HTMLElement, text: string | null): void {
  element.hidden = text === null
  if (text !== null && element.textContent !== text) element.textContent = text
}
