import type { SmtpConnection, SmtpConnector } from './connection.ts'

/** The open lines to the mail server: in use, or kept a moment for whoever sends next. */
export type ConnectionPool = {
  /**
   * A line that is signed in and ready: one that is kept, or a new one.
   *
   * @throws what nodemailer says, see `readConnectFailure`
   */
  take: () => Promise<SmtpConnection>
  /** Keeps a line for the next message, or says goodbye on it if it is of no more use. */
  putBack: (line: SmtpConnection) => void
  /** Hangs up on every line; messages under way fail. */
  destroy: () => void
  /** Says goodbye on the lines that are kept. */
  quitIdle: () => void
}

/** How long an unused line is kept, in milliseconds. */
const IDLE_LINE_MS = 5_000

/**
 * Makes a pool without a line.
 *
 * @param stopping when it is aborted, no line is opened or kept any more
 */
export function createConnectionPool(lines: SmtpConnector, stopping: AbortSignal): ConnectionPool {
  const open = new Set<SmtpConnection>()
  const idle: { line: SmtpConnection; timer: NodeJS.Timeout }[] = []

  function discard(line: SmtpConnection): void {
    open.delete(line)
    line.quit()
  }

  return {
    async take() {
      for (let last = idle.pop(); last !== undefined; last = idle.pop()) {
        clearTimeout(last.timer)
        if (last.line.usable()) return last.line
        discard(last.line)
      }
      const line = await lines.connect(stopping)
      open.add(line)
      return line
    },
    putBack(line) {
      if (stopping.aborted || !line.usable()) return discard(line)
      const timer = setTimeout(() => {
        idle.splice(
          idle.findIndex((one) => one.line === line),
          1,
        )
        discard(line)
      }, IDLE_LINE_MS)
      idle.push({ line, timer })
    },
    destroy() {
      for (const line of open) line.destroy()
    },
    quitIdle() {
      for (const { line, timer } of idle.splice(0)) {
        clearTimeout(timer)
        discard(line)
      }
    },
  }
}
