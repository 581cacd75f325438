import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Bench } from '../frame/bench.ts'
import { takeTurns } from '../frame/take-turns.ts'

const entry = fileURLToPath(new URL('../../../apps/cli/bin/prebook.js', import.meta.url))

const baseline = { variant: 'node -e 0', at: 'start to exit' }

/** How long the command line takes to start, against a Node process that does nothing. */
export const cliStart: Bench = {
  name: 'cli',
  about: 'start-up of the command line, against a Node process that does nothing',
  async run({ rounds, progress }) {
    const turns = [
      { variant: baseline.variant, args: ['-e', '0'] },
      { variant: 'prebook --help', args: [entry, '--help'] },
      { variant: 'prebook restock --help', args: [entry, 'restock', '--help'] },
    ].map(({ variant, args }) => ({
      variant,
      at: baseline.at,
      baseline,
      async take() {
        const started = performance.now()
        const [code] = await once(spawn(process.execPath, args, { stdio: 'ignore' }), 'exit')
        if (code !== 0) throw new Error(`${variant} exited with code ${code}.`)
        return { ms: performance.now() - started }
      },
    }))
    return {
      name: 'cli',
      title: 'Command line start-up',
      about: 'The time from the start of the process to its exit.',
      measures: [{ name: 'ms', better: 'less', digits: 1 }],
      rows: await takeTurns(turns, { rounds, progress }),
    }
  },
}
