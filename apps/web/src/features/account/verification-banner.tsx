import { useQuery } from '@tanstack/react-query'
import { createStore } from '../../app/store.ts'
import { Button } from '../../ui/button.tsx'
import { accountQuery, useMe } from './session.ts'
import { useResendVerification } from './use-resend-verification.ts'
import './verification-banner.css'

/** Session storage key of the address whose banner was dismissed in this tab. */
const KEY = 'prebook-banner-dismissed'

const dismissed = createStore(readDismissed())

/** Reminds the reader to confirm the address of the account, until they do or dismiss it. */
export function VerificationBanner() {
  const me = useMe()
  // Fetched again when the reader returns to this tab: the link opens in another one.
  const account = useQuery({ ...accountQuery, staleTime: 0, enabled: me != null }).data
  const dismissedAddress = dismissed.use()
  if (me == null || account?.id !== me.id || !account.canVerify) return null
  if (dismissedAddress === account.email) return null
  return <Banner email={account.email} />
}

function Banner({ email }: { email: string }) {
  const resend = useResendVerification()
  return (
    <section className="verification-banner" aria-label="Confirm your e-mail address">
      <div>
        <p>
          Confirm your e-mail address with the link that we sent to <strong>{email}</strong>. Until then, we
          cannot e-mail you when a book is back.
        </p>
        <Button busy={resend.isPending} onClick={() => resend.mutate()}>
          Send the link again
        </Button>
      </div>
      <Button
        tone="quiet"
        className="icon-button"
        aria-label="Dismiss: confirm your e-mail address"
        onClick={() => dismiss(email)}
      >
        <svg viewBox="0 0 24 24" aria-hidden="true">
          <path d="m6 6 12 12M18 6 6 18" />
        </svg>
      </Button>
    </section>
  )
}

function dismiss(email: string): void {
  dismissed.set(email)
  try {
    sessionStorage.setItem(KEY, email)
  } catch {
    // Without storage, it stays dismissed until the page is loaded again.
  }
}

function readDismissed(): string | null {
  try {
    return sessionStorage.getItem(KEY)
  } catch {
    return null
  }
}
