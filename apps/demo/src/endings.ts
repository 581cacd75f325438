/**
 * Becomes aborted when the demo should stop: by Ctrl-C, a supervisor's SIGTERM, a closed terminal window, or because
 * nobody is left to read. None of these ends the process by itself any more, so there is always time to clean up.
 */
export function stopWish(): AbortSignal {
  const wish = new AbortController()
  const stop = () => wish.abort()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop)
  for (const stream of [process.stdout, process.stderr]) stream.on('error', stop)
  return wish.signal
}

/** Waits until a signal is aborted. */
export async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  const { promise, resolve } = Promise.withResolvers<void>()
  signal.addEventListener('abort', () => resolve(), { once: true })
  await promise
}
