import { failOver, startReplicatedPostgres } from './replicated-postgres.ts'

// Prints how long writes fail after the promotion of a standby: node packages/db/src/testing/measure-failover.ts [rounds]
const rounds = Number(process.argv[2] ?? 10)
for (const way of ['relay', 'hosts'] as const) {
  const times: number[] = []
  for (let round = 1; round <= rounds; round += 1) {
    await using servers = await startReplicatedPostgres()
    const { lost, acknowledged, recoveredMs } = await failOver(way, servers)
    times.push(Math.round(recoveredMs))
    process.stdout.write(
      `${way === 'relay' ? 'one address' : 'two hosts'}, round ${round}: ${acknowledged} acknowledged, ${lost.length} lost, first write ${Math.round(recoveredMs)} ms after the command to promote\n`,
    )
  }
  process.stdout.write(`longest: ${Math.max(...times)} ms\n`)
}
