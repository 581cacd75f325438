import { useMutation } from '@tanstack/react-query'
import type { RouterOutputs } from '@prebook/client'
import { notifyFailure } from '../../app/notices.ts'
import { client } from '../../lib/client.ts'
import { Button } from '../../ui/button.tsx'

type Part = RouterOutputs['account']['export']

/** Downloads what the shop stores about the reader, as one JSON file. */
export function ExportButton() {
  const download = useMutation({
    mutationFn: readAllParts,
    onSuccess: saveAsFile,
    onError: notifyFailure,
  })
  return (
    <div>
      <Button busy={download.isPending} onClick={() => download.mutate()}>
        Download your data
      </Button>
    </div>
  )
}

async function readAllParts(): Promise<Omit<Part, 'nextCursor'>> {
  let { nextCursor, ...all } = await client.account.export.query({})
  while (nextCursor !== null) {
    const part: Part = await client.account.export.query({ cursor: nextCursor })
    all = {
      account: part.account,
      sessions: [...all.sessions, ...part.sessions],
      prebooks: [...all.prebooks, ...part.prebooks],
      consents: [...all.consents, ...part.consents],
      deliveries: [...all.deliveries, ...part.deliveries],
      stockMovements: [...all.stockMovements, ...part.stockMovements],
      stockRequests: [...all.stockRequests, ...part.stockRequests],
      keptAnswers: [...all.keptAnswers, ...part.keptAnswers],
      openLinks: [...all.openLinks, ...part.openLinks],
      refusals: [...all.refusals, ...part.refusals],
      auditEntries: [...all.auditEntries, ...part.auditEntries],
    }
    ;({ nextCursor } = part)
  }
  return all
}

function saveAsFile(data: object): void {
  const url = URL.createObjectURL(new Blob([JSON.stringify(data, null, 2)], { type: 'application/json' }))
  const link = document.createElement('a')
  link.href = url
  link.download = 'prebook-account.json'
  link.click()
  URL.revokeObjectURL(url)
}
