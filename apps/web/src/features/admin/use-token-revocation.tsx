import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import type { ApiToken } from '@prebook/client'
import { notify } from '../../app/notices.ts'
import { client, queries } from '../../lib/client.ts'
import { describeFailure } from '../../lib/failure-text.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { FailureNote } from '../../ui/failure-note.tsx'

/**
 * The dialog to revoke a token.
 *
 * @returns a function that opens the dialog for a token, and the dialog
 */
export function useTokenRevocation(): { askToRevoke: (token: ApiToken) => void; dialog: ReactNode } {
  const queryClient = useQueryClient()
  const [token, setToken] = useState<ApiToken | null>(null)
  const [open, setOpen] = useState(false)
  const revoke = useMutation({
    mutationFn: ({ id }: ApiToken) => client.tokens.revoke.mutate({ tokenId: id }),
    onSuccess: async (_done, { name }) => {
      await queryClient.invalidateQueries({ queryKey: queries.tokens.list.pathKey() })
      setOpen(false)
      notify({ tone: 'good', title: `${name} was revoked` })
    },
  })
  const close = () => setOpen(false)
  return {
    askToRevoke: (selected) => {
      revoke.reset()
      setToken(selected)
      setOpen(true)
    },
    dialog: token && (
      <Dialog
        open={open}
        onClose={close}
        title="Revoke this token?"
        actions={
          <>
            <Button onClick={close}>Cancel</Button>
            <Button tone="danger" busy={revoke.isPending} onClick={() => revoke.mutate(token)}>
              Revoke
            </Button>
          </>
        }
      >
        <p>
          The system that uses <strong className="token-name">{token.name}</strong> loses access immediately.
          This cannot be undone. To give it access again, create a new token.
        </p>
        <FailureNote failure={revoke.isError ? describeFailure(revoke.error) : null} />
      </Dialog>
    ),
  }
}
