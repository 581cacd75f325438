import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { median, table } from './figures.ts'

const entry = fileURLToPath(new URL('../../apps/cli/bin/prebook.js', import.meta.url))

/** How long the command line takes to say something, beside a Node that says nothing, in turns. */
export async function benchCliStart({ rounds }: { rounds: number }): Promise<void> {
  const ways = [
    { name: 'node -e 0', args: ['-e', '0'] },
    { name: 'prebook --help', args: [entry, '--help'] },
    { name: 'prebook restock --help', args: [entry, 'restock', '--help'] },
  ]
  const times = ways.map((): number[] => [])
  // The first round warms everything up and does not count.
  for (let round = -1; round < rounds; round += 1) {
    for (const [index, { args }] of ways.entries()) {
      const started = performance.now()
      const child = spawn(process.execPath, args, { stdio: 'ignore' })
      await once(child, 'exit')
      if (round >= 0) times[index]?.push(performance.now() - started)
    }
  }
  const floor = median(times[0] ?? [])
  const rows = ways.map(({ name }, index) => {
    const ms = median(times[index] ?? [])
    return [name, ms.toFixed(1), `${(ms / floor).toFixed(2)} ×`]
  })
  process.stdout.write(
    `\nThe start of the command line: medians in ms\n\n${table(['command', 'ms', 'beside'], rows)}\n`,
  )
}
