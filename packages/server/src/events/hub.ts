import { setImmediate as turn } from 'node:timers/promises'
import { MOST_STREAMS, tooManyStreams } from '@prebook/core'
import { listPrebooksOnWaitlist, type ActorId, type ReceivedEvent, type Store } from '@prebook/db'
import { presentPrebook } from '../prebooks/present-prebook.ts'
import { EventStream } from './stream.ts'
import { bucketedChunks } from './bucketed-chunks.ts'
import { createTimerWheel } from './timer-wheel.ts'

/** How often each stream refreshes without an event, in milliseconds. A refresh also checks its session. */
const RESYNC_MS = 30_000

/** Streams to refresh per turn of the event loop when all are refreshed. */
const SLICE = 50

/** The topic of a stream: the reader's own prebooks, or the stock of all books. */
export type Topic = 'prebooks' | 'stock'

/** The open streams of this process. Store events refresh them. */
export type EventHub = {
  /** Subscribes to store events, which may take a connection. Opening the first stream subscribes as well. */
  listen(): void
  /**
   * Opens a stream. It starts with a refresh and receives every event from now on. Dispose of it at the end.
   *
   * @param reader.signal ends the stream when the reader leaves
   */
  open(reader: { owner: ActorId; topic: Topic; signal: AbortSignal | undefined }): EventStream
  /** The number of open streams. */
  count(topic: Topic): number
  /** Ends every stream, so that readers reconnect elsewhere, and accepts no new ones. */
  close(): void
}

/** Options of {@link createEventHub}. */
export type EventHubOptions = {
  store: Store
  /** The day in the time zone of the shop, such as `2026-11-30`. */
  today: () => string
  /** See {@link RESYNC_MS}. */
  resyncMs?: number | undefined
}

/** Creates the hub of a process. It is idle while no stream is open. */
export function createEventHub({ store, today, resyncMs = RESYNC_MS }: EventHubOptions): EventHub {
  const byUser = new Map<number, Set<EventStream>>()
  const onStock = new Set<EventStream>()
  const resyncs = createTimerWheel<EventStream>(resyncMs, (stream) => stream.refresh())
  const changedWaitlists = new Set<number>()
  let fanningOut = false
  let closed = false
  let unsubscribe: (() => void) | undefined

  function onEvent(event: ReceivedEvent): void {
    switch (event.kind) {
      case 'user':
        for (const stream of byUser.get(event.userId) ?? []) stream.refresh()
        for (const stream of stockStreamsOf({ userId: event.userId })) stream.refresh()
        break
      case 'token':
        for (const stream of stockStreamsOf({ tokenId: event.tokenId })) stream.refresh()
        break
      case 'stock':
        for (const stream of onStock) stream.refresh()
        if (event.closedWaitlistId !== null) changedWaitlist(event.closedWaitlistId)
        break
      case 'waitlist':
        changedWaitlist(event.waitlistId)
        break
      case 'missed':
        void refreshAll()
        break
      case 'mail-queued':
        // Concerns mail only.
        break
    }
  }

  function changedWaitlist(waitlistId: number): void {
    if (byUser.size === 0) return
    changedWaitlists.add(waitlistId)
    if (!fanningOut) void fanOut()
  }

  /** Sends the prebooks on changed waitlists to their readers who are connected. */
  async function fanOut(): Promise<void> {
    fanningOut = true
    try {
      for (const waitlistId of changedWaitlists) {
        changedWaitlists.delete(waitlistId)
        for (const userIds of bucketedChunks([...byUser.keys()])) {
          const rows = await store.read((reader) => listPrebooksOnWaitlist(reader, { waitlistId, userIds }))
          for (const row of rows) {
            const prebook = presentPrebook({ today }, row)
            for (const stream of byUser.get(row.userId) ?? []) {
              // One that still waits may change again. The stream reads it itself, so that no older state follows a newer one.
              if (prebook.status === 'waiting') stream.refresh()
              else stream.push(prebook)
            }
          }
          await turn()
        }
      }
    } catch {
      // Every stream refreshes instead. It retries while the store is busy and reports other errors to its reader.
      changedWaitlists.clear()
      void refreshAll()
    } finally {
      fanningOut = false
    }
  }

  function stockStreamsOf(owner: ActorId): EventStream[] {
    return [...onStock].filter((stream) => isSame(stream.owner, owner))
  }

  function everyStream(): EventStream[] {
    return [...[...byUser.values()].flatMap((streams) => [...streams]), ...onStock]
  }

  async function refreshAll(): Promise<void> {
    const streams = everyStream()
    for (let start = 0; start < streams.length; start += SLICE) {
      for (const stream of streams.slice(start, start + SLICE)) stream.refresh()
      await turn()
    }
  }

  function listen(): void {
    if (!closed) unsubscribe ??= store.listen(onEvent)
  }

  function add(stream: EventStream, topic: Topic): () => void {
    const stopResyncs = resyncs.add(stream)
    // A token has no prebooks, so it never opens a stream of them.
    const userId = topic === 'prebooks' && 'userId' in stream.owner ? stream.owner.userId : null
    const streams = userId === null ? onStock : (byUser.get(userId) ?? new Set<EventStream>())
    streams.add(stream)
    if (userId !== null) byUser.set(userId, streams)
    return () => {
      stopResyncs()
      streams.delete(stream)
      if (userId !== null && streams.size === 0 && byUser.get(userId) === streams) byUser.delete(userId)
    }
  }

  function makeRoom(owner: ActorId): void {
    const ofPrebooks = 'userId' in owner ? (byUser.get(owner.userId) ?? []) : []
    const ofReader = [...ofPrebooks, ...stockStreamsOf(owner)].filter((stream) => !stream.ended)
    // End the oldest and not the new one: the oldest may be a connection whose client disappeared.
    if (ofReader.length >= MOST_STREAMS) ofReader[0]?.end(tooManyStreams())
  }

  return {
    listen,
    open({ owner, topic, signal }) {
      if (closed) throw shuttingDown()
      makeRoom(owner)
      let remove = () => {}
      const onAbort = () => stream.end(null)
      const stream = new EventStream(owner, () => {
        signal?.removeEventListener('abort', onAbort)
        remove()
      })
      remove = add(stream, topic)
      listen()
      if (signal?.aborted) stream.end(null)
      else signal?.addEventListener('abort', onAbort, { once: true })
      return stream
    },
    count(topic) {
      if (topic === 'stock') return onStock.size
      let count = 0
      for (const streams of byUser.values()) count += streams.size
      return count
    },
    close() {
      closed = true
      unsubscribe?.()
      for (const stream of everyStream()) stream.end(shuttingDown())
    },
  }
}

function isSame(one: ActorId, other: ActorId): boolean {
  return 'userId' in one
    ? 'userId' in other && one.userId === other.userId
    : 'tokenId' in other && one.tokenId === other.tokenId
}

/** tRPC closes the connection silently on an AbortError, and the client reconnects to the next process. */
function shuttingDown(): Error {
  return new DOMException('The server is shutting down.', 'AbortError')
}
