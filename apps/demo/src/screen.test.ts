import { describe, expect, it } from 'vitest'
import { alignColumns, Screen } from './screen.ts'

const escape = '\u001b['

function screenOf(isTTY: boolean, environment: NodeJS.ProcessEnv) {
  const written: string[] = []
  const screen = new Screen({ isTTY, write: (text) => written.push(text) }, environment)
  return { screen, text: () => written.join('') }
}

describe('colour', () => {
  it.each([
    { where: 'on a terminal', isTTY: true, environment: {}, coloured: true },
    {
      where: 'on a terminal with an empty NO_COLOR',
      isTTY: true,
      environment: { NO_COLOR: '' },
      coloured: true,
    },
    { where: 'on a terminal with NO_COLOR', isTTY: true, environment: { NO_COLOR: '1' }, coloured: false },
    { where: 'on a dumb terminal', isTTY: true, environment: { TERM: 'dumb' }, coloured: false },
    { where: 'in a pipe', isTTY: false, environment: {}, coloured: false },
  ])('$where: $coloured', ({ isTTY, environment, coloured }) => {
    const { screen, text } = screenOf(isTTY, environment)
    screen.act('Dune is restocked')
    screen.indented(screen.status('notified'))
    expect(text().includes(escape)).toBe(coloured)
    expect(text()).toContain('1  Dune is restocked')
    expect(text()).toContain('notified')
  })
})

it('shows progress on a terminal only', () => {
  const pipe = screenOf(false, {})
  pipe.screen.progress('10 of 72')
  pipe.screen.clearProgress()
  expect(pipe.text()).toBe('')

  const terminal = screenOf(true, {})
  terminal.screen.progress('10 of 72')
  expect(terminal.text()).toBe(`\r${escape}2K10 of 72`)
})

it('drops text written after the signal aborts', () => {
  const { screen, text } = screenOf(false, {})
  const end = new AbortController()
  const limited = screen.until(end.signal)
  limited.line('before')
  end.abort()
  limited.line('after')
  screen.line('the end')
  expect(text()).toBe('before\nthe end\n')
})

it('aligns columns by visible width', () => {
  const { screen } = screenOf(true, {})
  const lines = alignColumns([
    ['reader', 'status', 'at'],
    ['Ada', screen.status('notified'), 'noon'],
    ['Ben', 'cancelled', ''],
  ])
  expect(lines).toEqual([
    'reader   status      at',
    `Ada      ${screen.status('notified')}    noon`,
    'Ben      cancelled',
  ])
})
