import { expect, test } from 'vitest'
import { timeByLayer } from './layers.ts'

const frame = (functionName: string, url = '') => ({
  functionName,
  url,
  scriptId: '0',
  lineNumber: 0,
  columnNumber: 0,
})

test('time counts towards the package that ran, and built-in functions towards their caller', () => {
  const total = timeByLayer({
    startTime: 0,
    endTime: 100,
    nodes: [
      { id: 1, callFrame: frame('(root)'), children: [2, 3, 6] },
      { id: 2, callFrame: frame('(idle)') },
      {
        id: 3,
        callFrame: frame('parse', 'file:///x/node_modules/.pnpm/zod@4/node_modules/zod/v4/core.js'),
        children: [4],
      },
      { id: 4, callFrame: frame('stringify') },
      { id: 5, callFrame: frame('all') },
      {
        id: 6,
        callFrame: frame('read', 'file:///x/packages/db/src/engines/sqlite/statement-cache.ts'),
        children: [5],
      },
    ],
    samples: [2, 3, 4, 5, 2],
    timeDeltas: [0, 50, 10, 20, 5, 0],
  })
  expect(Object.fromEntries(total)).toEqual({ zod: 30, SQLite: 5 })
})
