import type { SmtpConnection, SmtpConnector } from './connection.ts'

/** The open connections to the mail server, in use or idle. */
export type ConnectionPool = {
  /**
   * Returns an authenticated connection, idle or new.
   *
   * @throws nodemailer's error, see `readConnectFailure`
   */
  take: () => Promise<SmtpConnection>
  /** Returns a connection to the pool. Closes it if it is no longer usable. */
  putBack: (connection: SmtpConnection) => void
  /** Closes every connection immediately; messages in flight fail. */
  destroy: () => void
  /** Closes the idle connections with `QUIT`. */
  quitIdle: () => void
}

/** How long an idle connection is kept, in milliseconds. */
const IDLE_MS = 5_000

/**
 * Creates an empty pool.
 *
 * @param stopping when aborted, no connection is opened or kept any more
 */
export function createConnectionPool(connector: SmtpConnector, stopping: AbortSignal): ConnectionPool {
  const open = new Set<SmtpConnection>()
  const idle: { connection: SmtpConnection; timer: NodeJS.Timeout }[] = []

  function discard(connection: SmtpConnection): void {
    open.delete(connection)
    connection.quit()
  }

  return {
    async take() {
      for (let last = idle.pop(); last !== undefined; last = idle.pop()) {
        clearTimeout(last.timer)
        if (last.connection.usable()) return last.connection
        discard(last.connection)
      }
      const connection = await connector.connect(stopping)
      open.add(connection)
      return connection
    },
    putBack(connection) {
      if (stopping.aborted || !connection.usable()) return discard(connection)
      const timer = setTimeout(() => {
        idle.splice(
          idle.findIndex((one) => one.connection === connection),
          1,
        )
        discard(connection)
      }, IDLE_MS)
      idle.push({ connection, timer })
    },
    destroy() {
      for (const connection of open) connection.destroy()
    },
    quitIdle() {
      for (const { connection, timer } of idle.splice(0)) {
        clearTimeout(timer)
        discard(connection)
      }
    },
  }
}
