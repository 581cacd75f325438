/** The longest acceptable latency on a busy machine, in milliseconds. A longer one means that the process was blocked. */
export const MAX_LATENCY_MS = 3_000

/** Repeats a request sequentially and returns the latency of each response in milliseconds. */
export async function measureLatencies(
  send: () => Promise<void>,
  { until }: { until: (responses: number, ms: number) => boolean },
): Promise<number[]> {
  const latencies: number[] = []
  const started = performance.now()
  while (!until(latencies.length, performance.now() - started)) {
    const sent = performance.now()
    await send()
    latencies.push(performance.now() - sent)
  }
  return latencies
}

/** Sends a request that needs no database, only a responsive process. */
export async function checkLiveness(url: string): Promise<void> {
  const response = await fetch(`${url}/livez`)
  if (response.status !== 200) throw new Error(`/livez returned ${response.status}.`)
  await response.text()
}

/** Prints the number of responses and the longest latency. */
export function reportLatencies(what: string, latencies: number[]): void {
  process.stdout.write(
    `${what}: ${latencies.length} responses, the slowest in ${Math.round(Math.max(...latencies))} ms\n`,
  )
}
