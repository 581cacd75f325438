import type { IncomingMessage } from 'node:http'
import { PrebookError } from '@prebook/core'
import { SMALL_BODY, type BodyLimit } from '@prebook/server'
import { countMembers, tooComplex } from './json-members.ts'

/**
 * Receives the body of a request.
 *
 * @param options.isJson whether the body is declared as JSON. Its nesting and its members are then bounded, too
 * @param options.largest looks up the limit of the caller. Called at most once, before more than `SMALL_BODY` is read
 * @throws PrebookError `PAYLOAD_TOO_LARGE`, `VALIDATION_ERROR`, and what `largest` throws
 * @throws Error when the client disconnects
 */
export async function receiveBody(
  incoming: IncomingMessage,
  { isJson, largest }: { isJson: boolean; largest: () => Promise<BodyLimit> },
): Promise<Buffer> {
  let lookedUp: BodyLimit | undefined
  const larger = async () => (lookedUp ??= await largest())

  const declared = Number(incoming.headers['content-length'] ?? 0)
  if (declared > SMALL_BODY.bytes) requireBytes(declared, await larger())
  const chunks: Buffer[] = []
  while (!(await readUpTo(incoming, chunks, (lookedUp ?? SMALL_BODY).bytes)))
    requireBytes(sizeOf(chunks), await larger())
  const body = Buffer.concat(chunks)
  if (!isJson) return body
  const members = countMembers(body)
  if (members > SMALL_BODY.members && members > (await larger()).members)
    throw tooComplex(`Must have at most ${(await larger()).members} fields and items in total.`)
  return body
}

function requireBytes(bytes: number, limit: BodyLimit): void {
  if (bytes <= limit.bytes) return
  const message = `The request body is too large. It may have at most ${limit.bytes.toLocaleString('en')} bytes.`
  throw new PrebookError('PAYLOAD_TOO_LARGE', { message })
}

function sizeOf(chunks: readonly Buffer[]): number {
  return chunks.reduce((size, chunk) => size + chunk.length, 0)
}

/**
 * Reads chunks until the body ends, or has more than `limit` bytes. Then reading pauses.
 *
 * @returns whether the body has ended
 */
function readUpTo(incoming: IncomingMessage, chunks: Buffer[], limit: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    let size = sizeOf(chunks)
    const stop = () => {
      incoming.off('data', onData).off('end', onEnd).off('error', onClose).off('close', onClose)
    }
    const onData = (chunk: Buffer) => {
      chunks.push(chunk)
      size += chunk.length
      if (size <= limit) return
      incoming.pause()
      stop()
      resolve(false)
    }
    const onEnd = () => {
      stop()
      resolve(true)
    }
    const onClose = () => {
      stop()
      reject(new Error('The client disconnected during its request.'))
    }
    incoming.on('data', onData).on('end', onEnd).on('error', onClose).on('close', onClose)
    incoming.resume()
    // It emits nothing more.
    if (incoming.destroyed) onClose()
  })
}
