/** Where this tab keeps what somebody was about to pre-book when they were asked to sign in. */
const KEY = 'prebook-intent'

/** How long it holds, in milliseconds: nobody takes longer to open an account, and later it would come as a surprise. */
const HOLDS_MS = 30 * 60_000

/**
 * Notes that the reader pressed the button, to do it when they have signed in. The storage of the tab holds it and not the
 * address: a link must not be able to pre-book for whoever follows it.
 */
export function noteIntent(bookId: number): void {
  try {
    sessionStorage.setItem(KEY, JSON.stringify({ bookId, at: Date.now() }))
  } catch {
    // No storage: they press the button once more.
  }
}

/** Takes what was noted: true once, and only for that book. Whatever else was noted is forgotten. */
export function takeIntent(bookId: number): boolean {
  try {
    const noted: unknown = JSON.parse(sessionStorage.getItem(KEY) ?? 'null')
    sessionStorage.removeItem(KEY)
    if (typeof noted !== 'object' || noted === null) return false
    const { bookId: wanted, at } = noted as { bookId?: unknown; at?: unknown }
    return wanted === bookId && typeof at === 'number' && Math.abs(Date.now() - at) < HOLDS_MS
  } catch {
    return false
  }
}

/** Forgets it: whoever goes elsewhere has changed their mind. */
export function forgetIntent(): void {
  takeIntent(0)
}
