import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { benches } from './benches.ts'
import type { Bench, Setting } from './frame/bench.ts'
import { compareRuns, movementCells } from './frame/compare.ts'
import { pin, pinned } from './frame/cores.ts'
import { figureCells } from './frame/figure-cells.ts'
import { currentCommit, describeMachine } from './frame/machine.ts'
import type { BenchRecord, Figure } from './frame/record.ts'
import { targets } from './frame/targets.ts'
import { textTable } from './frame/text-table.ts'
import { judge, verdictCells } from './frame/verdicts.ts'
import { postgresName } from './servers/postgres.ts'

const usage = `Measures the performance of Prebook. Each figure is compared with a baseline from the same run.

Usage: pnpm bench [<figure> …] [options]

${benches.map(({ name, about }) => `  ${name.padEnd(12)}${about}`).join('\n')}

Without a name, all figures are taken, which takes about an hour.

  --rounds <n>      number of rounds; the median counts (default 7; 2 with --quick)
  --quick           small sizes: shows in a few minutes that everything works, with rough figures
  --most <rows>     length of the longest list, at least 10 (default 10000000; 20000 with --quick)
  --json <file>     where to save the run (default bench/results/<time>.json)
  --compare <file>  show what changed since an earlier run
  --help            show this help

Tables go to standard output, progress to standard error. A missed target is not an error: the exit code is 1 if a figure
could not be measured, and 2 for an invalid option.
`

const results = fileURLToPath(new URL('../results', import.meta.url))

async function main(): Promise<number> {
  const options = readOptions()
  if (options === null) return 2
  if (options.help) {
    process.stdout.write(usage)
    return 0
  }
  const { chosen, setting, json, compare } = options
  // Read first, so that a wrong path fails before an hour of measuring.
  const earlier = compare === undefined ? null : (JSON.parse(await readFile(compare, 'utf8')) as BenchRecord)
  await pin(process.pid, 'load')
  const cores = pinned ? 'run on separate cores' : 'share all cores, which makes figures noisier'
  process.stdout.write(`Servers and load generator ${cores}.\n`)
  const record: BenchRecord = {
    takenAt: new Date().toISOString(),
    commit: await currentCommit(),
    quick: setting.quick,
    rounds: setting.rounds,
    machine: describeMachine(await postgresName()),
    figures: [],
  }
  await mkdir(dirname(json), { recursive: true })
  const { figures } = record
  const failed = await take(chosen, setting, async (figure) => {
    printFigure(figure)
    figures.push(figure)
    // Saved after each figure, so that an interrupted run keeps what it has.
    await writeFile(json, `${JSON.stringify(record, null, 1)}\n`)
  })
  const applicable = targets.filter(({ figure }) => figures.some(({ name }) => name === figure))
  const verdicts = verdictCells(judge(figures, applicable))
  if (applicable.length > 0)
    process.stdout.write(`\nTargets\n\n${textTable(verdicts.head, verdicts.rows, 3)}\n`)
  if (earlier !== null) printMovements(earlier, record)
  if (figures.length > 0) process.stdout.write(`\nSaved to ${json}\n`)
  return failed ? 1 : 0
}

function readOptions() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        rounds: { type: 'string' },
        quick: { type: 'boolean', default: false },
        most: { type: 'string' },
        json: { type: 'string' },
        compare: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    })
    const { quick, help, compare } = values
    const unknown = positionals.filter((name) => !benches.some((bench) => bench.name === name))
    if (unknown.length > 0) throw new Error(`Unknown figure: ${unknown.join(', ')}.`)
    const setting: Setting = {
      rounds: wholeNumber('--rounds', values.rounds ?? (quick ? '2' : '7'), 1),
      most: wholeNumber('--most', values.most ?? (quick ? '20000' : '10000000'), 10),
      quick,
      progress: () => {},
    }
    const chosen =
      positionals.length === 0 ? benches : benches.filter(({ name }) => positionals.includes(name))
    const json = values.json ?? join(results, `${new Date().toISOString().replaceAll(':', '-')}.json`)
    return { chosen, setting, json, compare, help }
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`)
    return null
  }
}

function wholeNumber(option: string, text: string, least: number): number {
  const value = Number(text)
  if (Number.isSafeInteger(value) && value >= least) return value
  throw new Error(`${option} must be a whole number of at least ${least}, not ${text}.`)
}

/**
 * Takes one figure after another. A failed figure is reported, and the others are still taken.
 *
 * @returns whether a figure failed
 */
async function take(
  chosen: Bench[],
  setting: Setting,
  save: (figure: Figure) => Promise<void>,
): Promise<boolean> {
  let failed = false
  for (const { name, run } of chosen) {
    const started = performance.now()
    const progress = (text: string) => process.stderr.write(`${seconds(started)}  ${name}: ${text}\n`)
    try {
      await save(await run({ ...setting, progress }))
    } catch (error) {
      failed = true
      process.stderr.write(`\n${name} could not be measured:\n`)
      process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`)
    }
  }
  return failed
}

function seconds(started: number): string {
  return `${((performance.now() - started) / 1000).toFixed(1).padStart(7)} s`
}

function printFigure(figure: Figure): void {
  const { head, rows } = figureCells(figure)
  process.stdout.write(`\n${figure.title}\n\n${textTable(head, rows, 2)}\n\n${figure.about}\n`)
  for (const reason of figure.skipped ?? []) process.stdout.write(`Not measured: ${reason}\n`)
}

function printMovements(earlier: BenchRecord, record: BenchRecord): void {
  const movements = compareRuns(earlier.figures, record.figures)
  const moved = movements.filter(({ verdict }) => verdict !== 'same')
  process.stdout.write(`\nSince ${earlier.takenAt}: ${moved.length} of ${movements.length} values changed\n`)
  const { head, rows } = movementCells(moved)
  if (moved.length > 0) process.stdout.write(`\n${textTable(head, rows, 4)}\n`)
}

process.exitCode = await main()
