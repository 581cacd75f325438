import { execFileSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { WAIT } from '@prebook/testing/bounds'
import { expect, test, vi } from 'vitest'
import { createClient } from '@prebook/client'
import { spawnApi } from '@prebook/testing/api'
import { request } from './testing/http-request.ts'
import { highLimits, signIn } from './testing/shop.ts'

const canMount = process.platform === 'linux' && process.getuid?.() === 0

/** A small file system of its own. Only root can mount one. */
function mountSmallDisk(megabytes: number) {
  const folder = mkdtempSync(join(tmpdir(), 'prebook-small-disk-'))
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder])
  const filler = join(folder, 'filler')
  return {
    folder,
    fill() {
      const file = openSync(filler, 'w')
      expect(() => {
        for (;;) writeSync(file, Buffer.alloc(4_096))
      }).toThrow('ENOSPC')
      closeSync(file)
    },
    free: () => rmSync(filler),
    [Symbol.dispose]() {
      execFileSync('umount', ['--lazy', folder])
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

test.runIf(canMount)(
  'a full disk: reads succeed, writes get STORE_BUSY and are not lost halfway, and all recovers with space',
  async () => {
    using disk = mountSmallDisk(8)
    await using api = await spawnApi({
      databaseUrl: `file:${join(disk.folder, 'prebook.db')}`,
      env: highLimits,
    })
    const account = { email: 'admin@example.org', password: 'the admin has a long password' }
    await api.createAdmin(account.email, account.password)
    const admin = await signIn(api.url, account)
    const add = (title: string) =>
      request(api.url, 'POST', '/books', {
        token: admin.token,
        body: { title, author: 'A', price: 1, description: 'x'.repeat(4_000) },
      })
    const titles = async () => {
      const { items } = await createClient({ url: api.url }).books.list.query({ limit: 100 })
      return new Set(items.map(({ title }) => title))
    }
    const kept = new Set<string>()
    const refusals = new Set<string>()
    for (let round = 1; round <= 3; round += 1) {
      disk.fill()
      // What is free in pages of the file already may still be used.
      for (let count = 0, refused = 0; refused < 10; count += 1) {
        const title = `Round ${round}, book ${count}`
        const { status, body } = await add(title)
        refused += status === 201 ? 0 : 1
        if (status === 201) kept.add(title)
        else refusals.add(`${status} ${(body as { code: string }).code}`)
        expect(count).toBeLessThan(1_000)
      }
      expect((await request(api.url, 'GET', '/books')).status).toBe(200)
      expect((await request(api.url, 'GET', '/prebooks', { token: admin.token })).status).toBe(200)
      expect([...refusals]).toEqual(['503 STORE_BUSY'])
      expect(await request(api.url, 'GET', '/readyz')).toMatchObject({
        status: 503,
        body: { status: 'database unavailable' },
      })
      expect(await titles()).toEqual(kept)
      disk.free()
      // Without another write.
      await vi.waitFor(async () => {
        expect((await request(api.url, 'GET', '/readyz')).status).toBe(200)
      }, WAIT)
      await vi.waitFor(async () => {
        expect((await add(`After round ${round}`)).status).toBe(201)
      }, WAIT)
      kept.add(`After round ${round}`)
      expect((await request(api.url, 'GET', '/readyz')).status).toBe(200)
    }
    expect(api.output()).toContain('"level":50')
    expect(api.output()).not.toContain('unexpected error')
  },
)
