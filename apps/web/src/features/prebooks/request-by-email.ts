import type { RouterInputs } from '@prebook/client'
import { client } from '../../lib/client.ts'
import { preferredLocale } from '../../lib/preferred-locale.ts'

type PrebookRequest = RouterInputs['prebooks']['request']

/** Asks for the mail that confirms a pre-booking, in the language of the browser, with a solved challenge if the shop wants one. */
export async function requestByEmail({
  website,
  ...request
}: Pick<PrebookRequest, 'bookId' | 'email'> & {
  /** Empty, unless a program has filled in the form. */
  website: string
}): Promise<void> {
  const { challenge } = await client.prebooks.challenge.query()
  await client.prebooks.request.mutate({
    ...request,
    locale: preferredLocale(navigator.languages),
    ...(website !== '' && { website }),
    ...(challenge !== null && { proof: await solveChallenge(challenge) }),
  })
}

async function solveChallenge(challenge: string): Promise<string> {
  // Few shops ask for it.
  const { solve } = await import('@prebook/button/proof')
  return solve(challenge)
}
