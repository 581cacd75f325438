import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useId, useState, type ReactNode } from 'react'
import { meQuery, useMe, type Me } from './session.ts'
import { useSignOut } from './use-sign-out.ts'
import { notifyFailure } from '../../app/notices.ts'
import { queries } from '../../lib/client.ts'
import { onDay } from '../../lib/times.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { PageTitle } from '../../ui/page-title.tsx'
import { Loading, Skeleton } from '../../ui/states.tsx'
import { Switch } from '../../ui/switch.tsx'
import './account-page.css'

/** One's own account: the address, e-mails or none, where one is signed in, and what the shop knows. */
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
          <Section title="You">
            <dl className="account-page-facts">
              <dt>E-mail address</dt>
              <dd>{me.email}</dd>
              <dt>Reader since</dt>
              <dd>{onDay(me.createdAt)}</dd>
            </dl>
          </Section>
          <Section title="E-mails">
            <MailSwitch me={me} />
          </Section>
          <Section title="Signed in">
            <p>
              This browser keeps you signed in until you sign out. If you used a computer that others use too,
              or lost one, sign out everywhere.
            </p>
            <SigningOut />
          </Section>
          <Section title="What is stored">
            <p>
              Your e-mail address; your password, only as a hash from which nobody can read it; your
              pre-bookings with their times, cancelled ones too; and which e-mails about them were sent. In
              this browser: a cookie for your session, and your choice of light or dark.
            </p>
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

function MailSwitch({ me }: { me: NonNullable<Me> }) {
  const queryClient = useQueryClient()
  const show = (mailOptOut: boolean) =>
    queryClient.setQueryData(meQuery.queryKey, (shown) => shown && { ...shown, mailOptOut })
  const update = useMutation({
    ...queries.account.update.mutationOptions(),
    onMutate: async ({ mailOptOut }) => {
      await queryClient.cancelQueries({ queryKey: meQuery.queryKey })
      show(mailOptOut)
    },
    onError: (error, { mailOptOut }) => {
      show(!mailOptOut)
      notifyFailure(error)
    },
  })
  return (
    <Switch
      label="Tell me by e-mail when a book is back"
      hint="On this page you are told either way."
      on={!me.mailOptOut}
      busy={update.isPending}
      onChange={(on) => update.mutate({ mailOptOut: !on })}
    />
  )
}

function SigningOut() {
  const here = useSignOut('here')
  const everywhere = useSignOut('everywhere')
  const [asking, setAsking] = useState(false)
  return (
    <div className="account-page-actions">
      <Button busy={here.isPending} onClick={() => here.mutate()}>
        Sign out
      </Button>
      <Button tone="danger" busy={everywhere.isPending} onClick={() => setAsking(true)}>
        Sign out everywhere
      </Button>
      <Dialog
        open={asking}
        onClose={() => setAsking(false)}
        title="Sign out everywhere?"
        actions={
          <>
            <Button onClick={() => setAsking(false)}>Stay signed in</Button>
            <Button
              tone="danger"
              onClick={() => {
                setAsking(false)
                everywhere.mutate()
              }}
            >
              Sign out everywhere
            </Button>
          </>
        }
      >
        <p>
          Every browser and every program that uses your account has to sign in anew, this one too. Your
          pre-bookings stay.
        </p>
      </Dialog>
    </div>
  )
}
