import { MOST_STREAMS, tooManyStreams } from '@prebook/core'

/** An open stream. */
export type Stream = {
  /**
   * Waits until something may have changed; at first, at once.
   *
   * @returns false when the reader has left
   * @throws the error that ends the stream
   */
  next(): Promise<boolean>
  close(): void
}

/** The open streams. */
export type Streams = {
  /** Opens a stream. With too many of one owner, the oldest ends. */
  open(owner: string, signal: AbortSignal | undefined): Stream
  /** Lets every stream see what has changed. */
  wake(): void
  /** Closes every connection, as a server that restarts. */
  drop(): void
  count(): number
}

type Opened = { owner: string; wake: () => void; end: (error: Error | null) => void; ended: boolean }

export function createStreams(): Streams {
  const open = new Set<Opened>()

  function openStream(owner: string, signal: AbortSignal | undefined): Stream {
    const ofOwner = [...open].filter((each) => each.owner === owner && !each.ended)
    if (ofOwner.length >= MOST_STREAMS) ofOwner[0]?.end(tooManyStreams())
    let hasNews = true
    let end: { error: Error | null } | null = null
    let resume = () => {}
    const stream: Opened = {
      owner,
      ended: false,
      wake() {
        hasNews = true
        resume()
      },
      end(error) {
        end ??= { error }
        stream.ended = true
        resume()
      },
    }
    const leave = () => stream.end(null)
    open.add(stream)
    if (signal?.aborted) leave()
    else signal?.addEventListener('abort', leave, { once: true })
    return {
      async next() {
        if (!hasNews && end === null)
          await new Promise<void>((resolve) => {
            resume = resolve
          })
        hasNews = false
        if (end === null) return true
        if (end.error === null) return false
        throw end.error
      },
      close() {
        signal?.removeEventListener('abort', leave)
        open.delete(stream)
      },
    }
  }

  return {
    open: openStream,
    wake() {
      for (const stream of open) stream.wake()
    },
    drop() {
      // tRPC closes the connection without a message on an AbortError.
      for (const stream of open) stream.end(new DOMException('The server is shutting down.', 'AbortError'))
    },
    count: () => open.size,
  }
}
