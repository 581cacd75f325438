import { setImmediate as turn } from 'node:timers/promises'
import { PrebookError } from '@prebook/core'
import { listPrebooksOnWaitlist, type ReceivedEvent, type Store } from '@prebook/db'
import { presentPrebook } from '../prebooks/present-prebook.ts'
import { EventStream } from './stream.ts'
import { bucketedChunks } from './bucketed-chunks.ts'
import { createTimerWheel } from './timer-wheel.ts'

/** How long at most a stream relies on news, in milliseconds: then it looks by itself, at its session too. */
const RESYNC_MS = 30_000

/** How many streams look between two turns of the event loop, when all are to look. */
const SLICE = 50

/** How many streams one account may hold at one process. The oldest makes room for one more. */
export const MOST_STREAMS = 20

/** What a stream is about: its reader's own prebooks, or everybody's stock. */
export type Topic = 'prebooks' | 'stock'

/** Who is connected to this process, and what makes their streams look again. */
export type EventHub = {
  /** Begins to hear news: before the first stream, where that takes a connection. Opening a stream does it too. */
  listen(): void
  /**
   * Opens a stream. It first wants to look at everything, and hears whatever happens from now on; dispose of it at the end.
   *
   * @param signal ends it when the reader leaves
   */
  open(reader: { userId: number; subject: Topic; signal: AbortSignal | undefined }): EventStream
  /** How many streams are open. */
  count(subject: Topic): number
  /** Ends every stream, so that its reader connects again, and takes no more. */
  close(): void
}

/** What a hub is made of. */
export type EventHubOptions = {
  store: Store
  /** See {@link RESYNC_MS}. */
  resyncMs?: number | undefined
}

/** Makes the hub of a process. It does nothing while nobody is connected. */
export function createEventHub({ store, resyncMs = RESYNC_MS }: EventHubOptions): EventHub {
  const byUser = new Map<number, Set<EventStream>>()
  const onStock = new Set<EventStream>()
  const resyncs = createTimerWheel<EventStream>(resyncMs, (stream) => stream.refresh())
  const closedWaitlists = new Set<number>()
  let handingOut = false
  let closed = false
  let stopListening: (() => void) | undefined

  function hear(news: ReceivedEvent): void {
    switch (news.kind) {
      case 'user':
        for (const stream of byUser.get(news.userId) ?? []) stream.refresh()
        for (const stream of onStock) if (stream.userId === news.userId) stream.refresh()
        break
      case 'stock':
        for (const stream of onStock) stream.refresh()
        if (news.closedWaitlistId === null || byUser.size === 0) break
        closedWaitlists.add(news.closedWaitlistId)
        if (!handingOut) void handOut()
        break
      case 'missed':
        void allLook()
        break
      case 'redriven':
        // Of mail: nobody sees it on screen.
        break
    }
  }

  /** Hands the prebooks of closed waitlists to those of their readers who are connected, and to nobody else. */
  async function handOut(): Promise<void> {
    handingOut = true
    try {
      for (const waitlistId of closedWaitlists) {
        closedWaitlists.delete(waitlistId)
        for (const userIds of bucketedChunks([...byUser.keys()])) {
          const rows = await store.read((reader) => listPrebooksOnWaitlist(reader, { waitlistId, userIds }))
          for (const row of rows) {
            const prebook = presentPrebook(row)
            for (const stream of byUser.get(row.userId) ?? []) stream.push(prebook)
          }
          await turn()
        }
      }
    } catch {
      // Whatever it was, no stream depends on it: each looks by itself now, waits for a store that is busy, and tells its
      // own reader of anything worse.
      closedWaitlists.clear()
      void allLook()
    } finally {
      handingOut = false
    }
  }

  function everyStream(): EventStream[] {
    return [...[...byUser.values()].flatMap((theirs) => [...theirs]), ...onStock]
  }

  async function allLook(): Promise<void> {
    const streams = everyStream()
    for (let start = 0; start < streams.length; start += SLICE) {
      for (const stream of streams.slice(start, start + SLICE)) stream.refresh()
      await turn()
    }
  }

  function listen(): void {
    if (!closed) stopListening ??= store.listen(hear)
  }

  function add(stream: EventStream, subject: Topic): () => void {
    const stopResyncs = resyncs.add(stream)
    const theirs = subject === 'stock' ? onStock : (byUser.get(stream.userId) ?? new Set<EventStream>())
    theirs.add(stream)
    if (subject === 'prebooks') byUser.set(stream.userId, theirs)
    return () => {
      stopResyncs()
      theirs.delete(stream)
      if (subject === 'prebooks' && theirs.size === 0 && byUser.get(stream.userId) === theirs)
        byUser.delete(stream.userId)
    }
  }

  function makeRoom(userId: number): void {
    const theirs = [...(byUser.get(userId) ?? []), ...onStock].filter(
      (stream) => stream.userId === userId && !stream.ended,
    )
    // Not the new one is refused: an old one may be a connection whose other end is long gone without a word.
    if (theirs.length >= MOST_STREAMS) theirs[0]?.end(tooManyStreams())
  }

  return {
    listen,
    open({ userId, subject, signal }) {
      if (closed) throw serverStops()
      makeRoom(userId)
      let remove = () => {}
      const leave = () => stream.end(null)
      const stream = new EventStream(userId, () => {
        signal?.removeEventListener('abort', leave)
        remove()
      })
      remove = add(stream, subject)
      listen()
      if (signal?.aborted) stream.end(null)
      else signal?.addEventListener('abort', leave, { once: true })
      return stream
    },
    count(subject) {
      if (subject === 'stock') return onStock.size
      let count = 0
      for (const theirs of byUser.values()) count += theirs.size
      return count
    },
    close() {
      closed = true
      stopListening?.()
      for (const stream of everyStream()) stream.end(serverStops())
    },
  }
}

function tooManyStreams(): PrebookError {
  return new PrebookError('RATE_LIMITED', {
    message: `This account watches in more than ${MOST_STREAMS} places at once; the oldest has to end.`,
  })
}

/** Named so that tRPC closes the connection without a word: whoever watches connects again, to the next process. */
function serverStops(): Error {
  return new DOMException('The server stops.', 'AbortError')
}
