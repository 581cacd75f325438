import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { SMTPServer } from 'smtp-server'
import { announce } from './announce.ts'

// A mail server that accepts and discards every message. Its HTTP side reports the number of accepted messages.
let taken = 0
const smtp = new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS'],
  disableReverseLookup: true,
  onData(stream, _session, done) {
    stream.resume().on('end', () => {
      taken += 1
      done()
    })
  },
})
smtp.on('error', () => {})
const listening = smtp.listen(0, '127.0.0.1', () => {
  const { port } = listening.address() as AddressInfo
  const facts = createServer((request, response) => {
    request.resume()
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ taken, smtp: `smtp://127.0.0.1:${port}` }))
  })
  announce(facts, () => smtp.close())
})
