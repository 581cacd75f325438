/** How many milliseconds an answer may take on a busy machine: what takes longer shows that the process stood still. */
export const STANDSTILL_MS = 1_000

/** Asks again and again, one question after another, and gives the milliseconds that each answer took. */
export async function ask(
  question: () => Promise<void>,
  { until }: { until: (answers: number, ms: number) => boolean },
): Promise<number[]> {
  const waits: number[] = []
  const begun = performance.now()
  while (!until(waits.length, performance.now() - begun)) {
    const asked = performance.now()
    await question()
    waits.push(performance.now() - asked)
  }
  return waits
}

/** One request that needs nothing but a process with time for it. */
export async function alive(url: string): Promise<void> {
  const response = await fetch(`${url}/livez`)
  if (response.status !== 200) throw new Error(`/livez was answered ${response.status}.`)
  await response.text()
}

/** Tells how long answers took. */
export function report(what: string, waits: number[]): void {
  process.stdout.write(
    `${what}: ${waits.length} answers, the longest in ${Math.round(Math.max(...waits))} ms\n`,
  )
}
