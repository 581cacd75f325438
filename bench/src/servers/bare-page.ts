import { createServer } from 'node:http'
import { announce } from './announce.ts'

// The minimum for a catalogue: a single HTML file with as many books and no assets.
const books = Array.from(
  { length: Number(process.argv[2]) },
  (_, index) => `<li><h2>Book ${index + 1}</h2><p>by Bench</p><p>0.01</p><button>Pre-book</button></li>`,
)
const page = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Books</title><body><ul class="bookshelf">${books.join('')}</ul></body></html>`
announce(
  createServer((request, response) => {
    request.resume()
    response.setHeader('content-type', 'text/html; charset=utf-8')
    response.end(page)
  }),
)
