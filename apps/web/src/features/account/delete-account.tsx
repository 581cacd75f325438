import { useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { useId, useState } from 'react'
import { PasswordConfirmedForm, PresentPasswordField } from './password-confirmed-form.tsx'
import { switchUser } from './session.ts'
import { beginSignOut, endSignOut } from '../../app/live/shared-session.ts'
import { notify } from '../../app/notices.ts'
import { client } from '../../lib/client.ts'
import { password } from '../../lib/rules.ts'
import { useForm } from '../../lib/use-form.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { FailureNote } from '../../ui/failure-note.tsx'

/** A button that deletes the account, in a dialog that says what happens and asks for the password. */
export function DeleteAccountButton({ email }: { email: string }) {
  const [open, setOpen] = useState(false)
  return (
    <div>
      <Button tone="danger" onClick={() => setOpen(true)}>
        Delete account
      </Button>
      {/* Mounted with each opening, so that it starts empty. */}
      {open && <DeleteDialog email={email} onClose={() => setOpen(false)} />}
    </div>
  )
}

function DeleteDialog({ email, onClose }: { email: string; onClose: () => void }) {
  const id = useId()
  const queryClient = useQueryClient()
  const router = useRouter()
  const form = useForm({
    rules: { password },
    fieldByReason: { AUTH_INVALID_CREDENTIALS: 'password' },
    send: async (values) => {
      beginSignOut()
      try {
        await client.account.erase.mutate(values)
        // Leave pages for signed-in users first, so that no query requests their data.
        await router.navigate({ to: '/' })
        switchUser(queryClient, null)
        notify({
          tone: 'good',
          title: 'Your account is deleted',
          body: 'You are welcome back at any time: simply create a new account.',
        })
      } finally {
        endSignOut()
      }
    },
  })
  return (
    <Dialog
      open
      onClose={onClose}
      title="Delete your account?"
      actions={
        <>
          <Button onClick={onClose}>Keep account</Button>
          <Button type="submit" form={id} tone="danger" busy={form.busy}>
            Delete account
          </Button>
        </>
      }
    >
      <PasswordConfirmedForm id={id} email={email} onSubmit={form.onSubmit} busy={form.busy}>
        <p>
          Your e-mail address, your password and your sessions are deleted, and you leave every waitlist. You
          are signed out everywhere and get no more e-mails from us. This cannot be undone.
        </p>
        <PresentPasswordField {...form.field('password')} label="Your password" />
        <FailureNote failure={form.failure} />
      </PasswordConfirmedForm>
    </Dialog>
  )
}
