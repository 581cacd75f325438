import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import type { ChangedUser } from '@prebook/client'
import { useMe } from '../account/session.ts'
import { notify } from '../../app/notices.ts'
import { client, queries } from '../../lib/client.ts'
import { describeFailure } from '../../lib/failure-text.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { FailureNote } from '../../ui/failure-note.tsx'
import { tokens } from './counts.ts'

/** The most tokens that are listed and revoked at once. */
const MAX_LISTED = 100

/**
 * The dialog that offers to revoke the tokens of an account that lost its access or its role. They keep working, since tokens
 * belong to the shop.
 *
 * @returns a function that opens the dialog if there are such tokens, and the dialog
 */
export function useRemainingTokens(): { offerToRevoke: (user: ChangedUser) => void; dialog: ReactNode } {
  const me = useMe()
  const [user, setUser] = useState<ChangedUser | null>(null)
  return {
    offerToRevoke: (changed) => {
      // Admins who gave up their own role may not see tokens any more.
      if (changed.activeTokens > 0 && changed.id !== me?.id) setUser(changed)
    },
    dialog: user && <RemainingTokens user={user} onClose={() => setUser(null)} />,
  }
}

function RemainingTokens({ user, onClose }: { user: ChangedUser; onClose: () => void }) {
  const queryClient = useQueryClient()
  const filter = { createdBy: user.id, isActive: true }
  const list = useQuery({
    ...queries.tokens.list.queryOptions({ ...filter, limit: MAX_LISTED }),
    staleTime: 0,
  })
  const listed = list.data?.items ?? []
  const revoke = useMutation({
    mutationFn: async () => {
      for (const { id } of listed) await client.tokens.revoke.mutate({ tokenId: id })
    },
    onSuccess: () => {
      onClose()
      notify({ tone: 'good', title: `${tokens(listed.length)} revoked` })
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: queries.tokens.list.pathKey() }),
  })
  const error = revoke.error ?? list.error
  const isOne = user.activeTokens === 1
  return (
    <Dialog
      open
      onClose={onClose}
      title={`Revoke ${isOne ? 'the token' : 'the tokens'} of this account too?`}
      actions={
        <>
          <Button onClick={onClose}>{isOne ? 'Keep it' : 'Keep them'}</Button>
          <Button tone="danger" busy={revoke.isPending || list.isPending} onClick={() => revoke.mutate()}>
            {isOne ? 'Revoke it' : 'Revoke them'}
          </Button>
        </>
      }
    >
      <p>
        <strong className="admin-address">{user.email}</strong> made {tokens(user.activeTokens)} that still{' '}
        {isOne ? 'works' : 'work'}. Tokens belong to the shop, so other systems keep their access. Revoke or{' '}
        <Link to="/admin/tokens" search={{ createdBy: user.id, isActive: true }}>
          rotate {isOne ? 'it' : 'them'}
        </Link>{' '}
        if this person may know {isOne ? 'it' : 'them'}.
      </p>
      <div role="status">
        <ul>
          {listed.map(({ id, name }) => (
            <li key={id}>{name}</li>
          ))}
        </ul>
      </div>
      <FailureNote failure={error === null ? null : describeFailure(error)} />
    </Dialog>
  )
}
