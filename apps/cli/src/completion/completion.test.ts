import { WAIT_MS } from '@prebook/testing/bounds'
import { spawnSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { createProgram } from '../program/program.ts'
import { createDesk } from '../testing/run-prebook.ts'
import { bashScript } from './bash.ts'
import { describeCommands } from './describe-commands.ts'
import { fishScript } from './fish.ts'
import { zshScript } from './zsh.ts'

const places = describeCommands(createProgram())

/** What bash completes when the cursor stands after the last word. */
function complete(...words: string[]): string[] {
  const script = `${bashScript(places)}
COMP_WORDS=(prebook "$@")
COMP_CWORD=$#
_prebook
printf '%s\\n' "\${COMPREPLY[@]}"`
  const run = spawnSync('bash', ['-c', script, 'bash', ...words], { encoding: 'utf8', timeout: WAIT_MS })
  expect(run).toMatchObject({ status: 0, stderr: '' })
  return run.stdout.split('\n').filter((word) => word !== '')
}

describe('bash completes', () => {
  test.each([
    [['re'], ['restock']],
    [['books', 'li'], ['list']],
    [['restock', '--sh'], ['--shipment']],
    [['demand', 'show', '--a'], ['--all']],
    [
      ['users', 'list', '--role', ''],
      ['reader', 'admin'],
    ],
    [['completion', 'z'], ['zsh']],
    // What comes after an option is no command, even if it is called like one.
    [
      ['--url', 'books', 'st'],
      ['stock', 'status'],
    ],
    [['books', 'list', '--query', ''], []],
    [['--url', ''], []],
  ])('%j', (words, expected) => {
    expect(complete(...words)).toEqual(expected)
  })

  test('commands and options alike where nothing is typed yet', () => {
    expect(complete('books', '')).toEqual(expect.arrayContaining(['list', 'show', 'import', '--json']))
    expect(complete('demand', '--')).toEqual(expect.arrayContaining(['--since', '--url']))
  })

  test('files where a file is asked for', () => {
    expect(complete('restock', '--file', 'package.j')).toEqual(['package.json'])
    expect(complete('books', 'import', 'package.j')).toEqual(['package.json'])
    expect(complete('books', 'show', 'package.j')).toEqual([])
  })
})

describe('the scripts of all shells', () => {
  test.each([
    ['zsh', zshScript(places)],
    ['fish', fishScript(places)],
  ])('%s knows every command and option, with what it does', (_shell, script) => {
    for (const { commands, options } of places) {
      for (const { text, description } of [...commands, ...options]) {
        expect(script).toContain(text.replace(/^--/, ''))
        expect(script).toContain(description.replaceAll("'", `'\\''`))
      }
    }
  })

  test('are printed for the shell that is named', async () => {
    await using desk = await createDesk()
    const bash = await desk.prebook(['completion', 'bash'])
    expect(bash).toEqual({ code: 0, stdout: `${bashScript(places)}\n`, stderr: '' })
    const fish = await desk.prebook(['completion', 'fish', '--json'])
    expect(JSON.parse(fish.stdout)).toEqual({ shell: 'fish', script: fishScript(places) })
  })
})
