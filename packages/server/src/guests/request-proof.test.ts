import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { engines } from '@prebook/db/testing'
import { ask, openGuestShop } from '../testing/guest-shop.ts'
import { mailedWishes } from '../testing/mailed-wishes.ts'
import { solveChallenge } from '../testing/solve-challenge.ts'

const MINUTE = 60_000
const email = 'guest@example.org'
const refused = { reason: 'VALIDATION_ERROR', field: 'proof' }

/** The parts of a solution. */
type Solved = {
  challenge: { parameters: Record<string, unknown>; signature: string }
  solution: { counter: number; derivedKey: string }
}
const read = (proof: string) => JSON.parse(Buffer.from(proof, 'base64').toString()) as Solved
const write = (solved: unknown) => Buffer.from(JSON.stringify(solved)).toString('base64')

describe.each(engines)('the proof of work on $name', (engine) => {
  const openShop = async (options: { prebookRequestsPerHour?: number } = {}) => {
    const shop = await openGuestShop(engine, { requestProof: 20, ...options })
    const challenge = async () => String((await shop.server.as().prebooks.challenge()).challenge)
    return { ...shop, challenge, solved: async () => solveChallenge(await challenge()) }
  }

  test('is asked for only if the shop wants it', async () => {
    await using shop = await openGuestShop(engine)
    expect(await shop.server.as().prebooks.challenge()).toEqual({ challenge: null })
    // A program may send one all the same.
    expect(await ask(shop.server, { email, bookId: shop.bookId, proof: 'x' })).toBe('ok')
  })

  test('is found by a browser, and lets one request through', async () => {
    await using shop = await openShop()
    const { server, bookId } = shop
    await expect(ask(server, { email, bookId })).rejects.toMatchObject(refused)
    const proof = await shop.solved()
    expect(await ask(server, { email, bookId, proof })).toBe('ok')
    await expect(ask(server, { email: 'other@example.org', bookId, proof })).rejects.toMatchObject(refused)
    const another = await shop.solved()
    expect(await ask(server, { email: 'other@example.org', bookId, proof: another })).toBe('ok')
    expect(await mailedWishes(server)).toHaveLength(2)
  })

  test('lets one of many requests at once through', async () => {
    await using shop = await openShop()
    const { server, bookId } = shop
    const proof = await shop.solved()
    const answers = await Promise.allSettled(
      Array.from({ length: 10 }, (_, serial) =>
        ask(server, { email: `guest${serial}@example.org`, bookId, proof }),
      ),
    )
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(await mailedWishes(server)).toHaveLength(1)
  })

  test('is not used up by a request that is refused for another reason', async () => {
    await using shop = await openShop({ prebookRequestsPerHour: 1 })
    const { server, bookId } = shop
    expect(await ask(server, { email, bookId, proof: await shop.solved() })).toBe('ok')
    const request = { email: 'other@example.org', bookId, proof: await shop.solved() }
    expect(await ask(server, request)).toBe('RATE_LIMITED')
    expect(await ask(server, request, '192.0.2.1')).toBe('ok')
  })

  test('is refused when it is late', async () => {
    await using shop = await openShop()
    const { server, bookId, clock } = shop
    // The library compares with the clock of the machine.
    clock.ms -= 10 * MINUTE + 1_000
    const late = await shop.solved()
    await expect(ask(server, { email, bookId, proof: late })).rejects.toMatchObject(refused)
    clock.ms += MINUTE
    expect(await ask(server, { email, bookId, proof: await shop.solved() })).toBe('ok')
  })

  test('is refused when it is wrong, changed or of another shop', async () => {
    await using shop = await openShop()
    await using other = await openShop()
    const { server, bookId } = shop
    const { challenge, solution } = read(await shop.solved())
    const { parameters, signature } = challenge
    const easy = { ...parameters, keyPrefix: solution.derivedKey.slice(0, 2) }
    const wrong: unknown[] = [
      { challenge, solution: { ...solution, counter: solution.counter + 1 } },
      { challenge, solution: { ...solution, derivedKey: '00'.repeat(32) } },
      { challenge, solution: { counter: -1, derivedKey: '' } },
      { challenge: { parameters: easy, signature }, solution },
      { challenge: { parameters: { ...parameters, cost: 1 }, signature }, solution },
      { challenge: { parameters: { ...parameters, expiresAt: 9_999_999_999 }, signature }, solution },
      {
        challenge: { parameters: { ...parameters, nonce: randomBytes(16).toString('hex') }, signature },
        solution,
      },
      { challenge: { parameters, signature: '' }, solution },
      { challenge: { parameters }, solution },
      { challenge },
      null,
      'text',
    ]
    for (const proof of [...wrong.map(write), await other.solved(), '', '%%%', 'a'.repeat(2_000)])
      await expect(ask(server, { email, bookId, proof }), proof).rejects.toMatchObject(refused)
    expect(await mailedWishes(server)).toEqual([])
    expect(await ask(server, { email, bookId, proof: write({ challenge, solution }) })).toBe('ok')
  })
})
