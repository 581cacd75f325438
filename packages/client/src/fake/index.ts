export {
  createFakePrebook,
  FAKE_PASSWORD,
  type FakeBook,
  type FakeCall,
  type FakeClock,
  type FakeOptions,
  type FakePrebook,
  type FakeUser,
} from './create-fake.ts'
export type { FakeFailure } from './failures.ts'
export { prebookHandlers, type MswHttp } from './msw-handlers.ts'
export type { FakeMail } from './sent-mail.ts'
