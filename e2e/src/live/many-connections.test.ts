import { WAIT } from '@prebook/testing/bounds'
import { readFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { expect, test, vi } from 'vitest'
import { spawnApi } from '@prebook/testing/api'

test.runIf(process.platform === 'linux')(
  '1,000 clients connect while the service is busy with something else',
  async () => {
    await using api = await spawnApi()
    const { hostname, port } = new URL(api.url)
    // A machine with a lower limit drops the rest, whatever the service asks for. One more than the limit is accepted.
    const limit = Number(await readFile('/proc/sys/net/core/somaxconn', 'utf8'))
    const count = Math.min(1_000, limit)
    using disposables = new DisposableStack()
    process.kill(api.pid, 'SIGSTOP')
    disposables.defer(() => process.kill(api.pid, 'SIGCONT'))

    let connected = 0
    for (let index = 0; index < count; index += 1) {
      const socket = connect({ host: hostname, port: Number(port) }, () => (connected += 1))
      socket.on('error', () => {})
      disposables.defer(() => socket.destroy())
    }

    await vi.waitFor(() => expect(connected).toBe(count), WAIT)
  },
)
