import { exitCodes } from '../program/exit-codes.ts'

/** Ctrl-C, or a request to end, while a long piece of work goes on. */
export type Interruption = Disposable & { readonly signal: AbortSignal }

const SIGNALS = ['SIGINT', 'SIGTERM'] as const

/**
 * Lets a long piece of work come to a clean end: at the first Ctrl-C the signal fires, and what is under way is still
 * finished, so that it can be told exactly how far it got; at the second one the process ends at once.
 *
 * @param say tells a person what happens now
 * @param farewell how far it got, when there is no time to find out
 */
export function listenForInterruption(say: (sentence: string) => void, farewell: () => string): Interruption {
  const controller = new AbortController()
  const interrupt = () => {
    if (controller.signal.aborted) {
      say(farewell())
      process.exit(exitCodes.cancelled)
    }
    controller.abort()
    say('Stopping after what is under way. Press Ctrl-C again to stop at once.')
  }
  for (const signal of SIGNALS) process.on(signal, interrupt)
  return {
    signal: controller.signal,
    [Symbol.dispose]() {
      for (const signal of SIGNALS) process.off(signal, interrupt)
    },
  }
}
