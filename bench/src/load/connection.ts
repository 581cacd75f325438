import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { readAnswer } from './read-answer.ts'

/** An answer: its status and, as text, its body. */
export type Answer = { status: number; body: string }

/**
 * A kept-alive connection that sends one request at a time. It does no more than it must: what the load generator costs
 * would be measured as the server's.
 */
export type Connection = { send(bytes: Buffer): Promise<Answer>; close(): void }

/** Connects to a server on this machine. */
export async function openConnection(url: string): Promise<Connection> {
  const { hostname, port } = new URL(url)
  const socket = connect({ host: hostname, port: Number(port), noDelay: true })
  await once(socket, 'connect')
  return onSocket(socket)
}

function onSocket(socket: Socket): Connection {
  let received: Buffer = Buffer.alloc(0)
  let waiting: PromiseWithResolvers<Answer> | null = null
  const fail = (error: Error) => {
    waiting?.reject(error)
    waiting = null
  }
  socket.on('data', (chunk: Buffer) => {
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk])
    const answer = readAnswer(received)
    if (answer === null) return
    received = Buffer.alloc(0)
    waiting?.resolve(answer)
    waiting = null
  })
  socket.on('error', fail)
  socket.on('close', () => fail(new Error('The server closed the connection.')))
  return {
    send(bytes) {
      waiting = Promise.withResolvers<Answer>()
      socket.write(bytes)
      return waiting.promise
    },
    close: () => socket.destroy(),
  }
}
