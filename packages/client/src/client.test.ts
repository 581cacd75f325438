import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { TRPCClientError } from '@trpc/client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { spawnApi, type ApiProcess } from '@prebook/testing/api'
import { createClient, isPrebookError } from './index.ts'

let api: ApiProcess
beforeAll(async () => {
  api = await spawnApi({ admin: { email: 'admin@example.org', password: 'a password for tests' } })
})
afterAll(() => api[Symbol.asyncDispose]())

async function caught(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => expect.unreachable('Expected the call to be refused.'),
    (error: unknown) => error,
  )
}

describe('createClient', () => {
  test('calls procedures of a running server, with or without a token', async () => {
    const anonymous = createClient({ url: api.url })
    expect(await anonymous.auth.me.query()).toBeNull()
    const { token } = await anonymous.auth.login.mutate({
      email: 'admin@example.org',
      password: 'a password for tests',
    })
    const admin = createClient({ url: `${api.url}/`, token })
    expect(await admin.auth.me.query()).toMatchObject({ email: 'admin@example.org', role: 'admin' })
  })

  test('calls a token function for each request', async () => {
    let token: string | null = null
    const client = createClient({ url: api.url, token: async () => token })
    expect(await client.auth.me.query()).toBeNull()
    token = (await client.auth.register.mutate({ email: 'a@example.org', password: 'a password for tests' }))
      .token
    expect(await client.auth.me.query()).toMatchObject({ email: 'a@example.org' })
  })

  test('splits any number of concurrent calls into batches that the server accepts', async () => {
    const client = createClient({ url: api.url })
    const pages = await Promise.all(Array.from({ length: 35 }, () => client.books.list.query({})))
    expect(pages).toHaveLength(35)
  })
})

describe('isPrebookError', () => {
  test('matches a refusal and its reason', async () => {
    const error = await caught(createClient({ url: api.url }).prebooks.create.mutate({ bookId: 1 }))
    expect(isPrebookError(error)).toBe(true)
    expect(isPrebookError(error, 'AUTH_REQUIRED')).toBe(true)
    expect(isPrebookError(error, 'PREBOOK_DUPLICATE')).toBe(false)
  })

  test('gives access to the problems of an input', async () => {
    const error = await caught(
      createClient({ url: api.url }).auth.register.mutate({ email: 'x', password: 'y' }),
    )
    if (!isPrebookError(error, 'VALIDATION_ERROR')) throw error
    expect(error.data.issues?.map((issue) => issue.path)).toEqual(['email', 'password'])
    expect(error.data.field).toBe('email')
  })

  test('does not match a plain error, an unreachable server or a server that is not Prebook', async () => {
    const otherServer = createServer((_request, response) => response.end('<h1>Hello</h1>')).listen(
      0,
      '127.0.0.1',
    )
    await once(otherServer, 'listening')
    const { port } = otherServer.address() as AddressInfo
    const html = await caught(createClient({ url: `http://127.0.0.1:${port}` }).books.list.query({}))
    otherServer.close()
    await once(otherServer, 'close')
    const unreachable = await caught(createClient({ url: `http://127.0.0.1:${port}` }).books.list.query({}))
    for (const error of [html, unreachable]) {
      expect(error).toBeInstanceOf(TRPCClientError)
      expect(isPrebookError(error)).toBe(false)
    }
    expect(isPrebookError(new Error('AUTH_REQUIRED'))).toBe(false)
    expect(isPrebookError(undefined)).toBe(false)
  })
})
