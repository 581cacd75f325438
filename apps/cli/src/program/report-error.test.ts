import { describe, expect, test } from 'vitest'
import { CommandError } from './command-error.ts'
import { describeError } from './report-error.ts'

describe('an error is reported', () => {
  test('with its remedy and its causes', () => {
    const cause = new Error('outer', { cause: new Error('inner') })
    const error = new CommandError('network', 'Not reached.', { remedy: 'Start it.', cause })
    expect(describeError(error, {})).toEqual({
      exit: 'network',
      message: 'Not reached.',
      items: [],
      remedy: 'Start it.',
      details: ['cause: outer', 'cause: inner'],
    })
  })

  test('with its items, one per line', () => {
    const error = new CommandError('usage', 'Two fit.', { items: ['#1 Dune', '#2 a\u001b[2Jb\nc'] })
    expect(describeError(error, {}).items).toEqual(['#1 Dune', '#2 ab c'])
  })

  test('as unexpected when it is a bug, with the stack for --verbose', () => {
    const explanation = describeError(new TypeError('x is not a function'), { verbose: true })
    expect(explanation).toMatchObject({
      exit: 'failed',
      message: 'Unexpected error: x is not a function',
      remedy: null,
    })
    expect(explanation.details.join('\n')).toContain('report-error.test.ts')
  })

  test('without escape sequences, whatever its source', () => {
    for (const error of [
      new CommandError('failed', 'a\u001b[2Jb'),
      new Error('a\u001b[2Jb'),
      'a\u001b[2Jb',
    ]) {
      expect(describeError(error, {}).message).not.toContain('\u001b')
      expect(describeError(error, {}).message).toContain('ab')
    }
    const nested = new CommandError('failed', 'x', { cause: new Error('a\u001b[2Jb') })
    expect(describeError(nested, {}).details).toEqual(['cause: ab'])
  })
})
