import type { ClientBase } from 'pg'

/** Closes a connection at once, without notifying the server, which may not respond any more. */
export function destroyConnection(client: ClientBase): void {
  // The driver has no API for this: its `end` waits for the server.
  const { stream } = Reflect.get(client, 'connection') as { stream: { destroy: () => void } }
  stream.destroy()
}
