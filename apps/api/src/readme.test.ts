import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { describeConfig } from './config.ts'

const readme = await readFile(new URL('../../../README.md', import.meta.url), 'utf8')
const manifest = await readFile(new URL('../../../package.json', import.meta.url), 'utf8')

describe('the README', () => {
  test.each(describeConfig())('describes $name like the code', ({ name, meaning, default: value }) => {
    const row = readme.split('\n').find((line) => line.startsWith(`| \`${name}\` `)) ?? ''
    const [, , text = '', shown = ''] = row.split('|').map((cell) => cell.trim().replaceAll('`', ''))
    expect(text).toBe(meaning)
    expect(shown).toBe(value === undefined ? '' : String(value))
  })

  test('names only commands that exist', () => {
    const { scripts } = JSON.parse(manifest) as { scripts: Record<string, string> }
    const named = [...readme.matchAll(/(?:`|^|-- )pnpm ([a-z][\w:]*)/gm)].map((match) => match[1] ?? '')
    expect(named).toContain('demo')
    for (const script of named) expect(Object.keys(scripts)).toContain(script)
  })
})
