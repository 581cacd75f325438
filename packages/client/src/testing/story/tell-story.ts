import { tellAccounts } from './accounts.ts'
import { tellBooks } from './books.ts'
import { gatherCast, type Step, type StoryShop } from './cast.ts'
import { tellEnding } from './ending.ts'
import { tellGuests } from './guests.ts'
import { tellMail } from './mail.ts'
import { tellPasswords } from './passwords.ts'
import { tellPeople } from './people.ts'
import { tellStock } from './stock.ts'
import { tellTokens } from './tokens.ts'
import { tellWaiting } from './waiting.ts'
import { tellWire } from './wire.ts'
import { tellWithdrawals } from './withdrawals.ts'

/** Tells one long story, and returns every answer and refusal in it, with what differs from shop to shop left out. */
export async function tellStory(shop: StoryShop): Promise<Step[]> {
  const cast = gatherCast(shop)
  await tellAccounts(cast)
  await tellBooks(cast)
  const watching = await tellWaiting(cast)
  await tellStock(cast, watching)
  await tellWithdrawals(cast, watching)
  await tellPeople(cast)
  await tellPasswords(cast)
  await tellGuests(cast)
  await tellTokens(cast)
  await tellMail(cast)
  await tellEnding(cast, watching)
  await tellWire(cast)
  return cast.steps
}
