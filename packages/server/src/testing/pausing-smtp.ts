import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { createInterface } from 'node:readline'

/** An SMTP server that can pause before any reply. */
export type PausingSmtp = AsyncDisposable & {
  url: string
  /** The recipients of the messages that were received completely, in order. */
  delivered: string[]
  /** The number of lines received after a 354 that do not belong to a delivered message. */
  strayLines: number
  /** Awaited before the reply to a command: `MAIL`, `RCPT`, `DATA`, and so on. */
  beforeReply: (command: string, to: string) => Promise<void>
}

/** @param extension announced in the reply to EHLO, such as `PIPELINING` */
export async function startPausingSmtp(extension: string): Promise<PausingSmtp> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {}).on('close', () => sockets.delete(socket))
    void converse(socket).catch(() => {})
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const smtp: PausingSmtp = {
    url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    delivered: [],
    strayLines: 0,
    beforeReply: async () => {},
    async [Symbol.asyncDispose]() {
      server.close()
      for (const socket of sockets) socket.destroy()
      await once(server, 'close')
    },
  }
  return smtp

  async function converse(socket: Socket): Promise<void> {
    let to = ''
    let inMessage = false
    let lines = 0
    socket.write('220 Hello\r\n')
    for await (const line of createInterface(socket)) {
      if (inMessage) {
        lines += 1
        smtp.strayLines += 1
        if (line !== '.') continue
        smtp.strayLines -= lines
        lines = 0
        inMessage = false
        smtp.delivered.push(to)
        socket.write('250 Delivered\r\n')
        continue
      }
      const command = line.slice(0, 4).toUpperCase()
      if (command === 'RCPT') to = /<(.*)>/.exec(line)?.[1] ?? ''
      await smtp.beforeReply(command, to)
      inMessage = command === 'DATA'
      socket.write(
        inMessage
          ? '354 Go on\r\n'
          : command === 'EHLO'
            ? `250-Hello\r\n250 ${extension}\r\n`
            : '250 Yes\r\n',
      )
    }
  }
}
