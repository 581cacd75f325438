import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useId, useState, type ReactNode } from 'react'
import { DeleteAccountButton } from './delete-account.tsx'
import { EmailForm } from './email-form.tsx'
import { ExportButton } from './export-button.tsx'
import { PasswordForm } from './password-form.tsx'
import { SessionList } from './session-list.tsx'
import { accountQuery, meQuery, useMe, type Me } from './session.ts'
import { useResendVerification } from './use-resend-verification.ts'
import { useSignOut } from './use-sign-out.ts'
import { notifyFailure } from '../../app/notices.ts'
import { queries } from '../../lib/client.ts'
import { onDay } from '../../lib/times.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { PageTitle } from '../../ui/page-title.tsx'
import { Loading, Skeleton } from '../../ui/states.tsx'
import { Switch } from '../../ui/switch.tsx'
import './account-page.css'

/** The user's account: e-mail address, notifications, sessions and stored data. */
export function AccountPage() {
  const me = useMe()
  return (
    <div className="account-page">
      <PageTitle title="Account" />
      {me == null ? (
        <Loading what="your account">
          <Skeleton className="account-page-skeleton" />
        </Loading>
      ) : (
        <>
          <Section title="Profile">
            <dl className="account-page-facts">
              <dt>E-mail address</dt>
              <dd>
                {me.email}
                <Verification />
              </dd>
              <dt>Member since</dt>
              <dd>{onDay(me.createdAt)}</dd>
            </dl>
          </Section>
          <Section title="E-mail address">
            <EmailForm email={me.email} />
          </Section>
          <Section title="E-mail notifications">
            <MailSwitch me={me} />
          </Section>
          <Section title="Password">
            <PasswordForm email={me.email} />
          </Section>
          <Section title="Sessions">
            <p>
              These browsers and programs are signed in to your account. If you do not recognize one, sign it
              out and change your password.
            </p>
            <SessionList />
            <SignOutButtons />
          </Section>
          <Section title="Your data">
            <p>
              The shop stores your e-mail address, a hash of your password (never the password itself), your
              pre-bookings (including cancelled ones), a record of the e-mails to you, and for each session
              the kind of browser and the hour of its last use. This browser stores a session cookie and your
              choice of light or dark theme.
            </p>
            <ExportButton />
          </Section>
          <Section title="Delete account">
            <p>
              Everything that identifies you is deleted, and you leave every waitlist. What remains, such as
              how many readers waited for a book, no longer leads to you.
            </p>
            <DeleteAccountButton email={me.email} />
          </Section>
        </>
      )}
    </div>
  )
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  const id = useId()
  return (
    <section className="account-page-section" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      <div>{children}</div>
    </section>
  )
}

/** For an address that is not confirmed yet: says so, and sends the link again. */
function Verification() {
  const account = useQuery(accountQuery).data
  const resend = useResendVerification()
  if (account?.canVerify !== true) return null
  return (
    <div className="account-page-actions">
      <Badge tone="plain">Not confirmed</Badge>
      <Button busy={resend.isPending} onClick={() => resend.mutate()}>
        Send the link again
      </Button>
    </div>
  )
}

function MailSwitch({ me }: { me: NonNullable<Me> }) {
  const queryClient = useQueryClient()
  const showOptOut = (mailOptOut: boolean) =>
    queryClient.setQueryData(meQuery.queryKey, (shown) => shown && { ...shown, mailOptOut })
  const update = useMutation({
    ...queries.account.update.mutationOptions(),
    onMutate: async ({ mailOptOut }) => {
      await queryClient.cancelQueries({ queryKey: meQuery.queryKey })
      showOptOut(mailOptOut)
    },
    onError: (error, { mailOptOut }) => {
      showOptOut(!mailOptOut)
      notifyFailure(error)
    },
  })
  return (
    <Switch
      label="E-mail me when a book I pre-booked is back in stock"
      hint="You always get notifications on this website."
      on={!me.mailOptOut}
      busy={update.isPending}
      onChange={(on) => update.mutate({ mailOptOut: !on })}
    />
  )
}

function SignOutButtons() {
  const here = useSignOut('here')
  const everywhere = useSignOut('everywhere')
  const [confirming, setConfirming] = useState(false)
  return (
    <div className="account-page-actions">
      <Button busy={here.isPending} onClick={() => here.mutate()}>
        Sign out
      </Button>
      <Button tone="danger" busy={everywhere.isPending} onClick={() => setConfirming(true)}>
        Sign out everywhere
      </Button>
      <Dialog
        open={confirming}
        onClose={() => setConfirming(false)}
        title="Sign out everywhere?"
        actions={
          <>
            <Button onClick={() => setConfirming(false)}>Stay signed in</Button>
            <Button
              tone="danger"
              onClick={() => {
                setConfirming(false)
                everywhere.mutate()
              }}
            >
              Sign out everywhere
            </Button>
          </>
        }
      >
        <p>
          You will be signed out on every device and in every app, including this browser. Your pre-bookings
          do not change.
        </p>
      </Dialog>
    </div>
  )
}
