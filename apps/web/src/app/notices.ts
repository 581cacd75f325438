import { describeFailure } from '../lib/failure-text.ts'
import { createStore } from './store.ts'

/** A message shown on top of any page. */
export type Notice = {
  id: number
  /** `problem` stays until it is dismissed; the others close automatically. */
  tone: 'good' | 'plain' | 'problem'
  /** Keeps the notice until it is dismissed, whatever its tone. */
  persistent?: boolean | undefined
  title: string
  body?: string | undefined
  /** A link to a page of this site, such as the book that is back in stock. */
  link?: { to: string; label: string } | undefined
}

const notices = createStore<readonly Notice[]>([])
/** Maximum number of notices on the screen. The oldest are removed first. */
const MAX_NOTICES = 4
let lastId = 0

/** The notices on the screen, oldest first. */
export function useNotices(): readonly Notice[] {
  return notices.use()
}

/** Shows a notice; screen readers announce it. */
export function notify(notice: Omit<Notice, 'id'>): void {
  lastId += 1
  notices.set([...notices.get(), { id: lastId, ...notice }].slice(-MAX_NOTICES))
}

/** Shows why a change failed. Ended sessions are excluded: session.ts reports them. */
export function notifyFailure(error: unknown): void {
  const failure = describeFailure(error)
  if (failure === null || failure.reason === 'AUTH_REQUIRED' || failure.reason === 'AUTH_ACCOUNT_DEACTIVATED')
    return
  notify({ tone: 'problem', title: failure.title, body: failure.advice })
}

export function dismiss(id: number): void {
  notices.set(notices.get().filter((notice) => notice.id !== id))
}
