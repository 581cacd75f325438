import { parseArgs } from 'node:util'
import { benchBroadcast } from './broadcast.ts'

const usage = `Measures what Prebook promises to be fast at, each figure beside its yardstick in the same run.

Usage: pnpm bench [--most <waiting>] [--rounds <n>]

  --most <waiting>   the longest waitlist: 10, 1000, 100000 or 1000000 (the default)
  --rounds <n>       how often each figure is taken; the median counts (default 9)
  --help             show this
`

const { values } = parseArgs({
  options: {
    most: { type: 'string', default: '1000000' },
    rounds: { type: 'string', default: '9' },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) process.stdout.write(usage)
else await benchBroadcast({ most: Number(values.most), rounds: Number(values.rounds) })
