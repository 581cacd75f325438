import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { spawnApi } from '@prebook/testing/api'
import { queryFile } from './database-file.ts'
import { clientOf, makeAdmins, makeBooks, makeReaders, proofEnv } from './people.ts'
import { findTracingObstacle, readEvents, trace, traceApi, tracedCalls } from './strace.ts'
import { temporaryFile } from './temporary-file.ts'

const WRITES = 100

const obstacle = findTracingObstacle()

/**
 * The checks that this machine allows; each returns what is wrong. Where system calls can be traced, they check the promise
 * itself, otherwise the visible half of it.
 */
const proofs: [title: string, prove: () => Promise<string[]>][] =
  obstacle === null
    ? [
        ['an acknowledged create is flushed to disk before the response', traceCreates],
        ['the trace is reliable: it sees every commit with FULL and few with NORMAL', tracePlainWriters],
      ]
    : [[`NOT PROVED HERE that writes are flushed (${obstacle}), only that the file has them`, lookForCreates]]

test.each(proofs)('%s', async (_, prove) => {
  expect(await prove()).toEqual([])
})

async function traceCreates(): Promise<string[]> {
  await using file = await temporaryFile()
  const { reader, books } = await startDurableShop(file.databaseUrl)
  const log = join(dirname(file.path), 'strace.log')
  await using api = await traceApi([...tracedCalls, '-o', log], file.databaseUrl)
  const client = clientOf(api.url, reader)
  await client.prebooks.list.query({})

  const before = readEvents(log).length
  for (const bookId of books) await client.prebooks.create.mutate({ bookId })
  const events = readEvents(log).slice(before)

  const flushes = events.filter((event) => event === 'flush').length
  const unflushed = events.filter((event, at) => event === 'answer' && events[at - 1] !== 'flush').length
  process.stdout.write(`${WRITES} acknowledged creates, ${flushes} flushes of the write-ahead log\n`)
  return [
    ...wrong(events.length - flushes !== WRITES, `${events.length - flushes} responses were seen`),
    ...wrong(unflushed > 0, `${unflushed} responses had no flush before them`),
  ]
}

async function tracePlainWriters(): Promise<string[]> {
  const [full, normal] = [await flushesOfPlainWriter('full'), await flushesOfPlainWriter('normal')]
  process.stdout.write(
    `${WRITES} commits of a plain writer: ${full} flushes with FULL, ${normal} with NORMAL\n`,
  )
  return [
    ...wrong(full < WRITES, 'flushes were missed'),
    ...wrong(normal > WRITES / 10, 'NORMAL is indistinguishable from FULL'),
  ]
}

/** Checks what survives the end of the process: the operating system has the data when the response arrives. */
async function lookForCreates(): Promise<string[]> {
  process.stderr.write(`Did not check that acknowledged writes are flushed: ${obstacle}. Install strace.\n`)
  await using file = await temporaryFile()
  const { reader, books } = await startDurableShop(file.databaseUrl)
  await using api = await spawnApi({ databaseUrl: file.databaseUrl, env: proofEnv })
  const client = clientOf(api.url, reader)
  const missing: string[] = []
  for (const bookId of books) {
    const { id } = await client.prebooks.create.mutate({ bookId })
    const found = queryFile(file.path, (rows) => rows(`select id from prebooks where id = ${id}`))
    missing.push(...wrong(found.length !== 1, `prebook ${id} is not in the file`))
  }
  return missing
}

function wrong(condition: boolean, what: string): string[] {
  return condition ? [what] : []
}

async function startDurableShop(databaseUrl: string) {
  await using api = await spawnApi({ databaseUrl, env: proofEnv })
  const [admin] = await makeAdmins(api, 1)
  const [reader] = await makeReaders(api.url, 1)
  if (admin === undefined || reader === undefined) throw new Error('The shop needs an admin and a reader.')
  return { reader, books: await makeBooks(clientOf(api.url, admin), WRITES) }
}

async function flushesOfPlainWriter(synchronous: 'full' | 'normal'): Promise<number> {
  await using file = await temporaryFile()
  const log = join(dirname(file.path), 'strace.log')
  const writer = new URL('plain-writer.ts', import.meta.url).pathname
  await using traced = trace(
    [...tracedCalls, '-o', log],
    [writer, file.path, synchronous, String(WRITES)],
    {},
  )
  const [code] = (await traced.exited) as [number | null]
  if (code !== 0) throw new Error(`The plain writer ended with exit code ${code}:\n${traced.output()}`)
  return readEvents(log).length
}
