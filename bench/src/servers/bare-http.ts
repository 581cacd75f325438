import { createServer } from 'node:http'
import { announce } from './announce.ts'

// The minimum for Node: read a request and answer. The rate that the load generator reaches here is its ceiling.
const answer = JSON.stringify({ result: { data: { id: 1, bookId: 1, status: 'waiting' } } })
announce(
  createServer((request, response) => {
    request.resume().on('end', () => {
      response.setHeader('content-type', 'application/json')
      response.setHeader('content-length', answer.length)
      response.end(answer)
    })
  }),
)
