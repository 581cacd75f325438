import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openBytes } from './open-file.ts'

test('reports a missing file and a directory', async () => {
  await expect(openBytes(join(tmpdir(), 'prebook-no-such-file.csv'))).rejects.toThrow('does not exist')
  await expect(openBytes(tmpdir())).rejects.toThrow('cannot be read')
})
