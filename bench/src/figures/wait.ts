import type { Bench } from '../frame/bench.ts'
import { takeTurns, type Turn } from '../frame/take-turns.ts'
import type { Row } from '../frame/record.ts'
import { openConnection, type Connection } from '../load/connection.ts'
import type { Shot } from '../load/http-request.ts'
import { withLongestWait } from '../load/longest-wait.ts'
import { startMeasuredApi } from '../servers/start-server.ts'
import { filledFile } from '../shop/filled-file.ts'
import { addLongLists, type LongLists } from '../shop/long-lists.ts'
import { proceduresWithoutCall, waitCalls } from './wait-calls.ts'

/** Each round restocks another crowded book, so the number of rounds is limited. */
const MOST_ROUNDS = 6

const measure = 'longest wait ms'

/** The longest time that an expensive call makes a light request wait. */
export const wait: Bench = {
  name: 'wait',
  about: 'the longest wait of a light request while each procedure runs on the longest lists',
  async run({ rounds: requested, most, progress }) {
    const rounds = Math.min(requested, MOST_ROUNDS)
    const waiting = Math.max(10, Math.min(1_000_000, Math.floor(most / 10)))
    const books = Math.min(MOST_ROUNDS + 2, Math.max(rounds + 2, Math.floor(most / waiting) - 1))
    await using disposables = new AsyncDisposableStack()
    let lists: LongLists | undefined
    progress(`filling ${books + 1} waitlists of ${waiting.toLocaleString('en')}`)
    const file = disposables.use(
      await filledFile({ readers: 100, books: 100 }, async (store, shop) => {
        lists = await addLongLists(store, shop, { waiting, books })
      }),
    )
    if (lists === undefined) throw new Error('The lists are missing.')
    const api = disposables.use(
      await startMeasuredApi({
        databaseUrl: `file:${file.original}`,
        env: { LOGIN_FAILURES_PER_HOUR: '1000000', REGISTRATIONS_PER_HOUR: '1000000' },
      }),
    )
    const open = async () =>
      disposables.adopt(await openConnection(api.url), (connection) => connection.close())
    const [caller, prober] = [await open(), await open()]
    const at = `${waiting.toLocaleString('en')} waiting`
    const calls = waitCalls(file.shop, lists)
    const turns = calls.map(({ name, shot, expect }): Turn => {
      let round = 0
      return {
        variant: name,
        at,
        take: () => watch({ caller, prober, shot: shot(round++), expect: expect ?? [200] }),
      }
    })
    const rows = await takeTurns(turns, { rounds, progress })
    const worst = Array.from({ length: rounds }, (_, round) =>
      Math.max(...rows.map(({ values }) => values[measure]?.[round] ?? 0)),
    )
    const worstRow: Row = { variant: 'maximum of all', at, values: { [measure]: worst } }
    return {
      name: 'wait',
      title: 'Longest wait of a light request',
      about: `While a procedure runs, another connection requests /livez in a loop. The table shows the longest of its response times. ${waiting.toLocaleString('en')} readers wait for each of ${books} books, as many have cancelled on another, and one reader has 10,000 prebooks: ${((books + 1) * waiting).toLocaleString('en')} prebooks in the file in total.`,
      measures: [
        { name: measure, better: 'less', digits: 1 },
        { name: 'call ms', better: 'less', digits: 1 },
      ],
      rows: [...rows.toSorted((a, b) => longest(b) - longest(a)), worstRow],
      skipped: proceduresWithoutCall(calls).map((path) => `${path}: the bench has no call for it`),
    }
  },
}

function longest({ values }: Row): number {
  return Math.max(...(values[measure] ?? []))
}

async function watch(options: {
  caller: Connection
  prober: Connection
  shot: Shot
  expect: number[]
}): Promise<Record<string, number>> {
  const { caller, prober, shot, expect } = options
  const { result, longestMs } = await withLongestWait(prober, async () => {
    const started = performance.now()
    const answer = await caller.send(shot.bytes)
    return { ...answer, callMs: performance.now() - started }
  })
  const { status, body, callMs } = result
  if (!expect.includes(status)) throw new Error(`${shot.name} was answered with ${status}: ${body}`)
  return { [measure]: longestMs, 'call ms': callMs }
}
