import { parseArgs } from 'node:util'
import { benchBroadcast } from './broadcast.ts'
import { benchCliStart } from './cli-start.ts'
import { benchCreate } from './create.ts'

const usage = `Measures what Prebook promises to be fast at, each figure beside its yardstick in the same run.

Usage: pnpm bench [broadcast | create | cli] [--most <waiting>] [--rounds <n>]

  broadcast          a restock by the length of the waitlist, beside an UPDATE of every row
  cli                the start of the command line, beside a Node that does nothing
  create             a pre-booking, layer by layer, beside a bare route with the same statements
  --most <waiting>   the longest waitlist: 10, 1000, 100000 or 1000000 (the default)
  --rounds <n>       how often each figure is taken; the median counts (default 9)
  --help             show this
`

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    most: { type: 'string', default: '1000000' },
    rounds: { type: 'string', default: '9' },
    help: { type: 'boolean', default: false },
  },
})
const benches = {
  broadcast: () => benchBroadcast({ most: Number(values.most), rounds: Number(values.rounds) }),
  create: () => benchCreate({ rounds: Number(values.rounds) }),
  cli: () => benchCliStart({ rounds: Number(values.rounds) }),
}
const names = positionals.length === 0 ? Object.keys(benches) : positionals
const unknown = names.filter((name) => !Object.hasOwn(benches, name))
if (values.help) process.stdout.write(usage)
else if (unknown.length > 0 || !(Number(values.rounds) > 0) || !(Number(values.most) >= 10)) {
  process.stderr.write(usage)
  process.exitCode = 2
} else {
  for (const name of names) await benches[name as keyof typeof benches]()
}
