import { readFile } from 'node:fs/promises'

/** What a tick of the kernel's accounts is, in microseconds: a hundredth of a second, to programs on every Linux. */
const TICK = 10_000

/** The CPU time that a process has used, its own and the kernel's for it, in microseconds; null where nobody tells. */
async function cpuTime(pid: number): Promise<number | null> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null)
  // The name of the program, in brackets, may hold anything; after it, user and system time are the twelfth and thirteenth.
  const fields = text?.slice(text.lastIndexOf(')') + 2).split(' ')
  return fields === undefined ? null : (Number(fields[11]) + Number(fields[12])) * TICK
}

/**
 * Runs a load, and adds what each of its requests cost the server in CPU time. Unlike the rate this hardly changes when the
 * machine has other things to do.
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

/** The column for it. */
export const cpuMeasure = { name: 'CPU µs a request', better: 'less', digits: 0 } as const
