import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Bench } from '../frame/bench.ts'
import { takeTurns } from '../frame/take-turns.ts'

const entry = fileURLToPath(new URL('../../../apps/cli/bin/prebook.js', import.meta.url))

const floor = { way: 'node -e 0', at: 'to its end' }

/** How long the command line takes to say something, beside a Node that says nothing. */
export const cliStart: Bench = {
  name: 'cli',
  about: 'the start of the command line, beside a Node that does nothing',
  async run({ rounds, progress }) {
    const turns = [
      { way: floor.way, args: ['-e', '0'] },
      { way: 'prebook --help', args: [entry, '--help'] },
      { way: 'prebook restock --help', args: [entry, 'restock', '--help'] },
    ].map(({ way, args }) => ({
      way,
      at: floor.at,
      beside: floor,
      async take() {
        const started = performance.now()
        const [code] = await once(spawn(process.execPath, args, { stdio: 'ignore' }), 'exit')
        if (code !== 0) throw new Error(`${way} ended with exit code ${code}.`)
        return { ms: performance.now() - started }
      },
    }))
    return {
      name: 'cli',
      title: 'The start of the command line',
      about: 'From the start of the process to its end.',
      measures: [{ name: 'ms', better: 'less', digits: 1 }],
      rows: await takeTurns(turns, { rounds, progress }),
    }
  },
}
