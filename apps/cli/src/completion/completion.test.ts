import { WAIT_MS } from '@prebook/testing/bounds'
import { spawnSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { createProgram } from '../program/program.ts'
import { createTestCli } from '../testing/test-cli.ts'
import { bashScript } from './bash.ts'
import { describeCommands } from './describe-commands.ts'
import { fishScript } from './fish.ts'
import { zshScript } from './zsh.ts'

const targets = describeCommands(createProgram())

/** The completions of bash for the last word. */
function complete(...words: string[]): string[] {
  const script = `${bashScript(targets)}
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
      ['reader', 'staff', 'admin'],
    ],
    [['completion', 'z'], ['zsh']],
    // The value of an option is not a command, even if it has the name of one.
    [
      ['--url', 'books', 'st'],
      ['stock', 'status'],
    ],
    [['books', 'list', '--query', ''], []],
    [['--url', ''], []],
  ])('%j', (words, expected) => {
    expect(complete(...words)).toEqual(expected)
  })

  test('commands and options when nothing has been typed', () => {
    expect(complete('books', '')).toEqual(expect.arrayContaining(['list', 'show', 'import', '--json']))
    expect(complete('demand', '--')).toEqual(expect.arrayContaining(['--since', '--url']))
  })

  test('files for file arguments and options', () => {
    expect(complete('restock', '--file', 'package.j')).toEqual(['package.json'])
    expect(complete('books', 'import', 'package.j')).toEqual(['package.json'])
    expect(complete('books', 'show', 'package.j')).toEqual([])
  })
})

describe('the completion scripts', () => {
  test.each([
    ['zsh', zshScript(targets)],
    ['fish', fishScript(targets)],
  ])('%s has every command and option with its description', (_shell, script) => {
    for (const { commands, options } of targets) {
      for (const { text, description } of [...commands, ...options]) {
        expect(script).toContain(text.replace(/^--/, ''))
        expect(script).toContain(description.replaceAll("'", `'\\''`))
      }
    }
  })

  test('are printed for the given shell', async () => {
    await using cli = await createTestCli()
    const bash = await cli.prebook(['completion', 'bash'])
    expect(bash).toEqual({ code: 0, stdout: `${bashScript(targets)}\n`, stderr: '' })
    const fish = await cli.prebook(['completion', 'fish', '--json'])
    expect(JSON.parse(fish.stdout)).toEqual({ shell: 'fish', script: fishScript(targets) })
  })
})
