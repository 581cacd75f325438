import type { ConfirmedPrebook, PrebookConfirmInput } from '@prebook/core'
import type { Services } from '../services.ts'

export async function confirmPrebook(
  { services }: { services: Services },
  input: PrebookConfirmInput,
): Promise<ConfirmedPrebook> {
  throw new Error(`Not yet: ${services.now()} ${input.token}`)
}
