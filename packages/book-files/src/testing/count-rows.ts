import { parentPort, workerData } from 'node:worker_threads'
import { readRecords } from '../read-records.ts'
import { inChunks } from './sources.ts'

// A worker, whose memory can be limited. It answers with the number of rows of a file, and the bytes read at the last one.
const bytes: unknown = workerData
if (!(bytes instanceof Uint8Array)) throw new Error('The worker needs the bytes of a file.')
const { rows } = await readRecords(inChunks(bytes, 65_536))
let count = 0
let read = 0
for await (const row of rows) {
  count += 1
  read = row.bytes
}
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- threads have no origin
parentPort?.postMessage({ count, read })
