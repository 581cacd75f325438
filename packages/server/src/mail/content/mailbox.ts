import { parseEmail } from '@prebook/core'

/** A sender: an address and an optional name. */
export type Mailbox = { name: string; address: string }

/** Parses `address` or `Name <address>`; null for anything else. */
export function parseMailbox(text: string): Mailbox | null {
  // eslint-disable-next-line no-control-regex
  if (/[\u0000-\u001f\u007f]/.test(text)) return null
  const named = /^\s*(?:"([^"\\<>]*)"|([^"<>@,;:\\]*))\s*<([^<>\s]+)>\s*$/.exec(text)
  const parsed = parseEmail(named?.[3] ?? text)
  if ('problem' in parsed) return null
  return { name: (named?.[1] ?? named?.[2] ?? '').trim(), address: parsed.email }
}
