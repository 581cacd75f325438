import type { ClientBase } from 'pg'

/** Ends a connection at once, without a word to the other end: that one may not be there any more. */
export function destroyConnection(client: ClientBase): void {
  // The driver has no word for it: its `end` waits for the server.
  const { stream } = Reflect.get(client, 'connection') as { stream: { destroy: () => void } }
  stream.destroy()
}
