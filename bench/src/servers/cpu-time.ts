import { readFile } from 'node:fs/promises'

/** The length of a clock tick in /proc, in microseconds. It is 1/100 s on every Linux. */
const TICK = 10_000

/** The user and system CPU time of a process, in microseconds; null without /proc. */
async function cpuTime(pid: number): Promise<number | null> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null)
  // The program name in brackets may contain anything. After it, user and system time are the 12th and 13th fields.
  const fields = text?.slice(text.lastIndexOf(')') + 2).split(' ')
  return fields === undefined ? null : (Number(fields[11]) + Number(fields[12])) * TICK
}

/**
 * Runs a load, and adds the server's CPU time per request. Unlike the rate, it hardly changes when the machine is busy with
 * other work.
 */
export async function withCpuTime(
  pid: number,
  requests: number,
  load: () => Promise<Record<string, number>>,
): Promise<Record<string, number>> {
  const before = await cpuTime(pid)
  const values = await load()
  const after = await cpuTime(pid)
  return before === null || after === null
    ? values
    : { ...values, [cpuMeasure.name]: (after - before) / requests }
}

/** The column for CPU time. */
export const cpuMeasure = { name: 'CPU µs per request', better: 'less', digits: 0 } as const
