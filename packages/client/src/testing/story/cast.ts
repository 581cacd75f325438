import { memoryStorage, type ClientOptions, type PrebookClient } from '../../index.ts'
import { normalised } from './normalised.ts'

/** A shop in which the story happens: a real service, or a fake. */
export type StoryShop = {
  url: string
  fetch: typeof fetch
  createClient: (options?: Omit<ClientOptions, 'url' | 'fetch'>) => PrebookClient
  admin: { email: string; password: string }
  /** Resolves to the token of the link that was mailed last to an address, once `count` such mails have arrived. */
  mailedToken: (email: string, count: number) => Promise<string>
  refuseMailTo: (email: string) => void
  now: () => number
  /** Lets time pass, if the shop has a clock of its own. */
  tick: () => void
}

/** What happened in a step: the answer, or the refusal. */
export type Step = { step: string; answer?: unknown; refusal?: unknown }

/** Who takes part in the story, and what they are called. Only the shop's admin has an account at the start. */
export type Cast = {
  shop: StoryShop
  /** What has happened so far. */
  steps: Step[]
  /** Makes a call and records its answer, which it returns, or its refusal. */
  step: <T>(name: string, call: () => Promise<T>) => Promise<T>
  /** Registers, as a step. */
  signUp: (client: PrebookClient, email: string) => Promise<void>
  /** Signs in from a new device, as a step. */
  signIn: (email: string, password?: string) => Promise<PrebookClient>
  /** The id of the account that a search finds first. */
  userOf: (query: string) => Promise<number>
  /** Never signs in. */
  anonymous: PrebookClient
  admin: PrebookClient
  ada: PrebookClient
  /** Becomes staff. */
  bob: PrebookClient
  /** Does not prove her address before she waits for a book. */
  eve: PrebookClient
  /** Is deactivated for a while. */
  gone: PrebookClient
}

/** The password of everybody who registers. */
export const PASSWORD = 'correct horse battery'

/** Gathers those who take part. The story begins with the first step. */
export function gatherCast(shop: StoryShop): Cast {
  const { steps, step } = recordSteps(shop)
  const device = () => shop.createClient({ storage: memoryStorage() })
  const admin = device()
  return {
    shop,
    steps,
    step,
    async signUp(client, email) {
      await step(`register ${email}`, () => client.auth.register.mutate({ email, password: PASSWORD }))
    },
    async signIn(email, password = PASSWORD) {
      const client = device()
      await step(`sign in ${email}`, () => client.auth.login.mutate({ email, password }))
      return client
    },
    userOf: async (query) => (await admin.users.list.query({ query })).items[0]?.id ?? 0,
    anonymous: shop.createClient(),
    admin,
    ada: device(),
    bob: device(),
    eve: device(),
    gone: device(),
  }
}

/** Records the steps of a story. */
export function recordSteps(shop: Pick<StoryShop, 'now' | 'tick'>): Pick<Cast, 'steps' | 'step'> {
  const steps: Step[] = []
  const plain = (value: unknown) => normalised(value, shop.now())
  return {
    steps,
    step: async <T>(name: string, call: () => Promise<T>): Promise<T> => {
      shop.tick()
      try {
        const answer = await call()
        steps.push({ step: name, answer: plain(answer) })
        return answer
      } catch (error) {
        const { message, data } = error as { message: string; data?: object }
        steps.push({ step: name, refusal: plain(data === undefined ? { message } : { message, ...data }) })
        return undefined as T
      }
    },
  }
}
