import { endWithParent, type NodeProcess } from '@prebook/testing/spawn'
import { WAIT } from '@prebook/testing/bounds'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { OPENED, waitingFor } from './past/four-weeks.ts'
import { adminAccount, readerNames } from './people.ts'
import { USUAL_PORT } from './start-on-usual-port.ts'

const entry = fileURLToPath(new URL('main.ts', import.meta.url))
const project = fileURLToPath(new URL('..', import.meta.url))

/** The last lines that the demo prints before it waits for visitors. */
const SERVING = /^Serving at (http:\S+)/m

describe('the arguments', () => {
  it.each([['--bogus'], ['now']])('refuses %s with a one-line message and exit code 2', async (argument) => {
    await using demo = await startDemo([argument])
    const { code, output } = await demo.end()
    expect(code).toBe(2)
    expect(output).toContain(argument)
    expect(output.trimEnd().split('\n')).toHaveLength(1)
  })

  it('prints its usage', async () => {
    await using demo = await startDemo(['--help'])
    expect(await demo.end()).toEqual({
      code: 0,
      output: expect.stringContaining('Usage: pnpm demo [--once]'),
    })
  })
})

it('runs the whole tour and leaves no files behind', async () => {
  await using demo = await startDemo(['--once'])
  const { code, output: tour } = await demo.end()
  expect({ code, tour }).toMatchObject({ code: 0 })

  expect(tour).toContain('PREBOOK_BOOK_IN_STOCK')
  expect(tour).toContain('PREBOOK_DUPLICATE')
  const notified = waitingFor('Dune') + 3
  expect(tour).toMatch(new RegExp(`notified +${notified} readers`))
  expect(tour).toMatch(/Ada's open page +waiting → notified live, [\d.]+ ms after/)
  const mails = [...tour.matchAll(/^ +(\w+) +(\S+) +(none|“Dune” is back in stock)$/gm)].map((match) =>
    match.slice(1),
  )
  expect(mails).toEqual([
    ['Ada', 'ada@readers.example', '“Dune” is back in stock'],
    ['Ben', '–', 'none'],
    ['Cleo', 'cleo@readers.example', '“Dune” is back in stock'],
    ['Dan', 'dan@readers.example', '“Dune” is back in stock'],
  ])
  expect(tour).toContain(`${notified - 3} more went to other readers.`)
  expect(tour).toMatch(/broadcast +none/)
  expect(tour).toContain('0 → 5 (restocked)')
  expect(tour).toContain('5 → 10 (changed)')
  expect(tour).toContain('10 → 0 (sold-out)')

  const [, instant] = /^ +at +\S+T(\S+Z)$/m.exec(tour) ?? []
  const flips = [...tour.matchAll(/^ +(\w+) +Dune +(\w+) +→ +(\w+) +(\S+)$/gm)].map((match) => match.slice(1))
  expect(flips).toEqual([
    ['Ada', 'waiting', 'notified', instant],
    ['Ben', 'cancelled', 'cancelled', '–'],
    ['Cleo', 'waiting', 'notified', instant],
    ['Dan', 'waiting', 'notified', instant],
  ])
  expect(tour).toMatch(/gus@guests\.example +asks for Pippi Longstocking +\d+ waiting, nothing stored/)
  // No colours in a pipe.
  expect(tour).not.toContain('\u001b')
  expect(Math.max(...tour.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100)
  expect(await demo.leftBehind()).toEqual([])
})

it('uses another port when the usual one is in use', async () => {
  const squatter = createServer().listen(USUAL_PORT, '127.0.0.1')
  // If another process already uses it, that is fine too.
  await once(squatter, 'listening').catch(() => {})
  try {
    await using demo = await startDemo(['--once'])
    const { code, output } = await demo.end()
    expect({ code, output }).toEqual({
      code: 0,
      output: expect.stringContaining(`port ${USUAL_PORT} is in use`),
    })
    expect(output).not.toContain(`127.0.0.1:${USUAL_PORT}`)
  } finally {
    squatter.close()
  }
})

describe('serving', () => {
  it('serves until Ctrl-C, and the printed accounts and commands work', async () => {
    await using demo = await startDemo([])
    const [, url] = await demo.printed(SERVING)
    expect((await fetch(`${url}/readyz`)).status).toBe(200)
    expect((await fetch(`${url}/docs`)).status).toBe(200)
    const mail = await fetch(`${url}/dev/mail`)
    expect([mail.status, await mail.text()]).toEqual([200, expect.stringContaining('To ada@readers.example')])
    for (const page of ['/', '/admin/demand', '/dev/mail', '/docs'])
      expect(demo.output()).toContain(`${url}${page}`)
    const [, productPage = ''] = /^ +another shop +(http:\S+)/m.exec(demo.output()) ?? []
    expect(new URL(productPage).origin).not.toBe(url)
    const otherShop = await (await fetch(productPage)).text()
    expect(otherShop).toContain(`<script async src="${url}/button.js"></script>`)
    expect(otherShop).toContain(`api="${url}"`)
    expect(demo.output()).toContain(adminAccount.password)
    for (const name of readerNames) expect(demo.output()).toContain(`${name.toLowerCase()}@readers.example`)
    expect(await demo.leftBehind()).toHaveLength(1)

    const snippet = demo.lines(/^import /, /^EOF$/)
    expect(snippet).toHaveLength(6)
    const application = spawnSync(process.execPath, ['--input-type=module-typescript'], {
      cwd: project,
      input: snippet.join('\n'),
      encoding: 'utf8',
    })
    expect(application.stderr).toBe('')
    expect(application.stdout.match(/'Dune'/g)).toHaveLength(2)

    demo.kill('SIGINT')
    expect(await demo.end()).toEqual({ code: 0, output: expect.stringContaining('Stopped') })
    expect(await demo.leftBehind()).toEqual([])
  })

  // CI images may lack curl.
  it.runIf(spawnSync('curl', ['--version']).status === 0)(
    'prints curl commands that work when pasted',
    async () => {
      await using demo = await startDemo([])
      await demo.printed(SERVING)
      const pasted = spawnSync('sh', ['-e'], {
        input: demo.lines(/^API=/, /^$/).join('\n'),
        encoding: 'utf8',
      })
      expect(pasted.stderr).toBe('')
      const [found, prebook, list] = pasted.stdout
        .trimEnd()
        .split('\n')
        .map((line): unknown => JSON.parse(line))
      expect(found).toMatchObject({ items: [{ title: 'Dune', in_stock: false }] })
      expect(prebook).toMatchObject({ book_title: 'Dune', status: 'waiting' })
      expect(list).toMatchObject({ items: [prebook, { book_title: 'Dune', status: 'cancelled' }] })
    },
  )

  it.each([
    { when: 'while it serves', at: SERVING },
    { when: 'in the middle of the tour', at: /^1 {2}\S/m },
  ])('exits cleanly when the terminal sends Ctrl-C to the process group, $when', async ({ at }) => {
    await using demo = await startDemo([])
    await demo.printed(at)
    demo.killGroup('SIGINT')
    expect(await demo.end()).toEqual({ code: 0, output: expect.stringContaining('Stopped') })
    expect(await demo.leftBehind()).toEqual([])
  })

  it('exits cleanly while the API starts', async () => {
    await using demo = await startDemo([])
    // The folder exists before the API starts.
    await expect.poll(() => demo.leftBehind(), WAIT).toHaveLength(1)
    demo.killGroup('SIGINT')
    expect(await demo.end()).toMatchObject({ code: 0 })
    expect(await demo.leftBehind()).toEqual([])
  })

  it('exits cleanly while the past is written, when only the demo gets SIGTERM', async () => {
    await using demo = await startDemo([])
    await expect.poll(() => demo.leftBehind(), WAIT).toHaveLength(1)
    const [folder = ''] = await demo.leftBehind()
    const daysAgo = async () =>
      (Date.now() - Number(await readFile(join(demo.temporary, folder, 'clock')))) / 86_400_000
    // After the first day, on which the catalogue is filled.
    await expect.poll(daysAgo, WAIT).toSatisfy((days: number) => days > 1 && days < OPENED)
    demo.kill('SIGTERM')
    expect(await demo.end()).toEqual({ code: 0, output: expect.stringContaining('Stopped') })
    expect(demo.output()).not.toContain('Prebook:')
    expect(await demo.leftBehind()).toEqual([])
  })

  it('exits with code 1 when --once is interrupted', async () => {
    await using demo = await startDemo(['--once'])
    await demo.printed(/^Prebook:/m)
    demo.kill('SIGTERM')
    expect(await demo.end()).toMatchObject({ code: 1 })
    expect(await demo.leftBehind()).toEqual([])
  })

  it('reports an API that exits unexpectedly', async () => {
    await using demo = await startDemo([])
    await demo.printed(SERVING)
    const [, pid] = await demo.printed(/, process (\d+)/)
    process.kill(Number(pid), 'SIGKILL')
    expect(await demo.end()).toEqual({
      code: 1,
      output: expect.stringMatching(/The API exited unexpectedly\.[^]*"msg":"request"/),
    })
    expect(await demo.leftBehind()).toEqual([])
  })

  it('exits when its output is closed', async () => {
    await using demo = await startDemo([])
    await demo.printed(/^1 {2}\S/m)
    demo.closeOutput()
    expect(await demo.end()).toMatchObject({ code: 0 })
    expect(await demo.leftBehind()).toEqual([])
  })
})

/** Runs the demo in its own process group, with its own folder for temporary files. */
async function startDemo(options: string[]) {
  const temporary = await mkdtemp(join(tmpdir(), 'prebook-demo-test-'))
  const env = { PATH: process.env['PATH'] ?? '', TMPDIR: temporary, TEMP: temporary, TMP: temporary }
  const child = spawn(process.execPath, [...endWithParent, entry, ...options], {
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  }) as NodeProcess
  const closed = once(child, 'close').then(([code]) => code as number | null)
  const chunks: string[] = []
  const output = () => chunks.join('')
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => chunks.push(chunk))
  }

  return {
    output,
    temporary,
    /** Waits for the exit. Resolves to the exit code and the output. */
    async end() {
      const code = await closed
      return { code, output: output() }
    },
    kill: (signal: NodeJS.Signals) => child.kill(signal),
    killGroup: (signal: NodeJS.Signals) => process.kill(-Number(child.pid), signal),
    leftBehind: () => readdir(temporary),
    closeOutput() {
      child.stdout.destroy()
    },
    /** Waits until the output matches. */
    async printed(pattern: RegExp): Promise<RegExpExecArray> {
      const { promise, resolve } = Promise.withResolvers<RegExpExecArray>()
      const check = () => {
        const match = pattern.exec(output())
        if (match !== null) resolve(match)
      }
      child.stdout.on('data', check)
      check()
      const early = closed.then((code) => {
        throw new Error(`The demo exited with ${code} before it printed ${pattern}:\n${output()}`)
      })
      try {
        return await Promise.race([promise, early])
      } finally {
        child.stdout.off('data', check)
      }
    },
    /** The printed lines from the first match of `first` to the next match of `end`, exclusive. */
    lines(first: RegExp, end: RegExp): string[] {
      const lines = output().split('\n')
      const from = lines.findIndex((line) => first.test(line))
      const until = lines.findIndex((line, index) => index > from && end.test(line))
      return lines.slice(from, until)
    },
    async [Symbol.asyncDispose]() {
      // Stops what a failed test left running. The API is in the same group.
      if (child.exitCode === null && child.signalCode === null) process.kill(-Number(child.pid), 'SIGKILL')
      await closed
      await rm(temporary, { recursive: true, force: true })
    },
  }
}
