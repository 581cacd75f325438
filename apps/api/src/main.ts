import { StoreOpenError } from '@prebook/db'
import { ConfigError, readConfig } from './config.ts'
import { createLogger } from './logger.ts'
import { ListenError, startApi, type RunningApi } from './start-api.ts'

/** How long connections may take to close after the stop, in milliseconds. */
const EXIT_MS = 1_000

/** Serves until told to stop: by SIGTERM (a supervisor) or SIGINT (Ctrl-C). */
async function main(): Promise<void> {
  const config = readConfig(process.env)
  const log = createLogger(config.LOG_LEVEL)
  const starting = startApi(config, log)
  let stopping = false
  // Before anybody can know the address: a signal right after the start is a signal to stop like any other.
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      // Ctrl-C can arrive twice, from the terminal and from whatever started us: the stop under way has an end anyway.
      if (stopping) return
      stopping = true
      log.info({ signal }, 'stopping: no new requests, those under way are finished')
      void stop(starting)
    })
  }
  process.on('uncaughtException', (error) => {
    // The state of the process is unknown now: what was acknowledged is on disk, and a supervisor starts a new one.
    log.fatal({ err: error }, 'uncaught exception')
    process.exit(1)
  })

  await starting

  async function stop(running: Promise<RunningApi>): Promise<void> {
    try {
      await (await running).stop()
      log.info('stopped')
    } catch (error) {
      log.error({ err: error }, 'could not stop cleanly')
      process.exitCode = 1
    }
    // What is still open by now, such as a line to a database server that has fallen silent, is waited for no longer.
    setTimeout(() => process.exit(), EXIT_MS).unref()
  }
}

try {
  await main()
} catch (error) {
  if (!(error instanceof ConfigError || error instanceof StoreOpenError || error instanceof ListenError))
    throw error
  // What the operator can mend is said in a sentence, without a stack.
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}
