import { exitCodes } from '../program/exit-codes.ts'

/** Observes SIGINT and SIGTERM during a long operation. Dispose it when the operation ends. */
export type Interruption = Disposable & { readonly signal: AbortSignal }

const SIGNALS = ['SIGINT', 'SIGTERM'] as const

/**
 * Ends a long operation cleanly. The first Ctrl-C aborts the signal, and the request in progress still completes, so
 * that the final report is exact. The second one exits the process immediately.
 *
 * @param print shows a sentence to the user
 * @param describeProgress the sentence to print before an immediate exit
 */
export function listenForInterruption(
  print: (sentence: string) => void,
  describeProgress: () => string,
): Interruption {
  const controller = new AbortController()
  const interrupt = () => {
    if (controller.signal.aborted) {
      print(describeProgress())
      process.exit(exitCodes.cancelled)
    }
    controller.abort()
    print('Stopping after the current request. Press Ctrl-C again to stop immediately.')
  }
  for (const signal of SIGNALS) process.on(signal, interrupt)
  return {
    signal: controller.signal,
    [Symbol.dispose]() {
      for (const signal of SIGNALS) process.off(signal, interrupt)
    },
  }
}
