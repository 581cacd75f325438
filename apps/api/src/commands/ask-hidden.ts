import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'

/** Prompts for a secret on the terminal without echoing it. Ctrl-C ends the process with exit code 130. */
export async function askHidden(question: string): Promise<string> {
  process.stderr.write(question)
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() })
  const terminal = createInterface({ input: process.stdin, output: silent, terminal: true })
  terminal.on('SIGINT', () => {
    process.stderr.write('\nCancelled. No account was created.\n')
    process.exit(130)
  })
  try {
    return await terminal.question('')
  } finally {
    terminal.close()
    process.stderr.write('\n')
  }
}
