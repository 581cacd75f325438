import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import type { ChangedUser, User } from '@prebook/client'
import { notify } from '../../app/notices.ts'
import { client, queries } from '../../lib/client.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { FailureNote } from '../../ui/failure-note.tsx'
import { describeFailure } from '../../lib/failure-text.ts'

/**
 * The dialog to deactivate or reactivate an account. It explains the effect first.
 *
 * @param onDeactivated called after an account was deactivated
 * @returns a function that opens the dialog for an account, and the dialog
 */
export function useAccountStatus(onDeactivated: (user: ChangedUser) => void): {
  askToChange: (user: User) => void
  dialog: ReactNode
} {
  const queryClient = useQueryClient()
  const [user, setUser] = useState<User | null>(null)
  const [open, setOpen] = useState(false)
  const change = useMutation({
    mutationFn: ({ id, isActive }: User) =>
      isActive
        ? client.users.deactivate.mutate({ userId: id })
        : client.users.reactivate.mutate({ userId: id }),
    onSuccess: async (changed) => {
      const { email, isActive } = changed
      // Refetch before closing, so that the focus returns to the button of the updated row.
      await queryClient.invalidateQueries({ queryKey: queries.users.list.pathKey() })
      setOpen(false)
      notify({ tone: 'good', title: isActive ? `${email} was reactivated` : `${email} was deactivated` })
      if (!isActive) onDeactivated(changed)
    },
  })
  const failure = change.isError ? describeFailure(change.error) : null
  const close = () => setOpen(false)
  return {
    askToChange: (selected) => {
      change.reset()
      setUser(selected)
      setOpen(true)
    },
    dialog: user && (
      <Dialog
        open={open}
        onClose={close}
        title={user.isActive ? 'Deactivate this account?' : 'Reactivate this account?'}
        actions={
          <>
            <Button onClick={close}>Cancel</Button>
            <Button
              tone={user.isActive ? 'danger' : 'primary'}
              busy={change.isPending}
              onClick={() => change.mutate(user)}
            >
              {user.isActive ? 'Deactivate' : 'Reactivate'}
            </Button>
          </>
        }
      >
        <p>
          <strong className="admin-address">{user.email}</strong>{' '}
          {user.isActive
            ? 'loses access immediately, on every device. Their pre-bookings keep their places in the queue. When a book is restocked, they become notified, but no e-mail is sent. You can reactivate the account later.'
            : 'regains access, on every device that is still signed in. Their pre-bookings still have their places in the queue.'}
        </p>
        <FailureNote failure={failure} />
      </Dialog>
    ),
  }
}
