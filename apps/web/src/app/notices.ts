import { inWords } from '../lib/failure-words.ts'
import { createStore } from './store.ts'

/** Something that the reader should hear of, wherever they look. */
export type Notice = {
  id: number
  /** `problem` stays until it is dismissed; the others go by themselves. */
  tone: 'good' | 'plain' | 'problem'
  /** Whether it stays whatever its tone: it is worth coming back to. */
  stays?: boolean | undefined
  title: string
  body?: string | undefined
  /** Where it leads, such as the page of the book that is back: an address of this site. */
  link?: { to: string; label: string } | undefined
}

const notices = createStore<readonly Notice[]>([])
/** The most that stand on the screen at once; the oldest make room. */
const MOST = 4
let lastId = 0

/** The notices on the screen, oldest first. */
export function useNotices(): readonly Notice[] {
  return notices.use()
}

/** Shows a notice, and has screen readers say it. */
export function notify(notice: Omit<Notice, 'id'>): void {
  lastId += 1
  notices.set([...notices.get(), { id: lastId, ...notice }].slice(-MOST))
}

/** Says what went wrong with a change, unless that is said elsewhere: the end of a session is, in session.ts. */
export function notifyFailure(error: unknown): void {
  const words = inWords(error)
  if (words === null || words.reason === 'AUTH_REQUIRED' || words.reason === 'AUTH_ACCOUNT_DEACTIVATED')
    return
  notify({ tone: 'problem', title: words.title, body: words.advice })
}

export function dismiss(id: number): void {
  notices.set(notices.get().filter((notice) => notice.id !== id))
}
