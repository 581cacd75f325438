/** Session storage key of the book that a reader was about to pre-book when they had to sign in. */
const KEY = 'prebook-intent'

/** Maximum age in milliseconds: long enough to create an account; a later pre-booking would be a surprise. */
const MAX_AGE_MS = 30 * 60_000

/**
 * Saves that the reader pressed the button, to pre-book once they have signed in. The data is in the tab's storage and not
 * in the address, so that a link cannot pre-book for the person who follows it.
 */
export function savePendingPrebook(bookId: number): void {
  try {
    sessionStorage.setItem(KEY, JSON.stringify({ bookId, at: Date.now() }))
  } catch {
    // Without storage, the reader presses the button again.
  }
}

/** Removes the saved pre-booking. Returns true when it was for this book and is recent. */
export function takePendingPrebook(bookId: number): boolean {
  try {
    const saved: unknown = JSON.parse(sessionStorage.getItem(KEY) ?? 'null')
    sessionStorage.removeItem(KEY)
    if (typeof saved !== 'object' || saved === null) return false
    const { bookId: savedId, at } = saved as { bookId?: unknown; at?: unknown }
    return savedId === bookId && typeof at === 'number' && Math.abs(Date.now() - at) < MAX_AGE_MS
  } catch {
    return false
  }
}

/** Removes the saved pre-booking. */
export function clearPendingPrebook(): void {
  takePendingPrebook(0)
}
