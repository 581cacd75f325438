import { describe, expect, test } from 'vitest'
import { engines } from '@prebook/db/testing'
import { withMail } from '../testing/mailed-links.ts'
import { createTestServer } from '../testing/server.ts'

describe.each(engines)('account.get on $name', (engine) => {
  test('says whether a link to verify the address can be e-mailed', async () => {
    await using server = await createTestServer(engine, Date.now, withMail)
    const reader = await server.reader()
    expect(await reader.call.account.get()).toMatchObject({ verifiedAt: null, canVerify: true })
    const admin = await server.admin()
    expect(await admin.call.account.get()).toMatchObject({ canVerify: false })
    expect((await admin.call.account.get()).verifiedAt).not.toBeNull()
  })

  test('offers no link without a mail server', async () => {
    await using server = await createTestServer(engine)
    const reader = await server.reader()
    expect(await reader.call.account.get()).toMatchObject({ verifiedAt: null, canVerify: false })
  })
})
