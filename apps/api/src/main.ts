import { StoreOpenError } from '@prebook/db'
import { ConfigError, readConfig } from './config.ts'
import { createLogger } from './logger.ts'
import { describeUnknown, unknownSettings } from './unknown-settings.ts'
import { ListenError, startApi, type RunningApi } from './start-api.ts'

/** How long connections may take to close after a stop, in milliseconds. */
const EXIT_MS = 1_000

/** Serves until SIGTERM (from a supervisor) or SIGINT (Ctrl-C). */
async function main(): Promise<void> {
  const config = readConfig(process.env)
  const log = createLogger(config.LOG_LEVEL)
  for (const unknown of unknownSettings(process.env)) log.warn(unknown, describeUnknown(unknown))
  const stopping = new AbortController()
  const atOnce = new AbortController()
  const starting = startApi(config, log, stopping.signal)
  // Installed before the address is known, so that a signal right after the start also stops the process cleanly.
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      // A person waits, and no proxy has to be given time.
      if (signal === 'SIGINT') atOnce.abort()
      // Ctrl-C can arrive twice, from the terminal and from a parent process. The first stop has a time limit anyway.
      if (stopping.signal.aborted) return
      log.info({ signal }, 'stopping: finishing requests, soon accepting no new ones')
      stopping.abort()
      void stop(starting)
    })
  }
  process.on('uncaughtException', (error) => {
    // The state of the process is now undefined. Acknowledged data is on disk; a supervisor starts a new process.
    log.fatal({ err: error }, 'uncaught exception')
    process.exit(1)
  })

  try {
    await starting
  } catch (error) {
    // Stopped before it had started.
    if (error !== stopping.signal.reason) throw error
  }

  async function stop(running: Promise<RunningApi>): Promise<void> {
    try {
      const api = await running.catch((error: unknown) => {
        if (error !== stopping.signal.reason) throw error
      })
      await api?.stop(atOnce.signal)
      log.info('stopped')
    } catch (error) {
      log.error({ err: error }, 'could not stop cleanly')
      process.exitCode = 1
    }
    // Do not wait longer for open handles, such as a connection to a database server that stopped responding.
    setTimeout(() => process.exit(), EXIT_MS).unref()
  }
}

try {
  await main()
} catch (error) {
  if (!(error instanceof ConfigError || error instanceof StoreOpenError || error instanceof ListenError))
    throw error
  // Errors that the operator can correct are printed as one sentence, without a stack trace.
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}
