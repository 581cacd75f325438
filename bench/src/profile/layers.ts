import type { Profiler } from 'node:inspector'

/** The layers, each with a pattern for its source files. The first match counts. */
const layers: { name: string; files: RegExp }[] = [
  { name: 'SQLite', files: /node_modules\/better-sqlite3\/|engines\/sqlite\/statement-cache/ },
  { name: 'Kysely', files: /node_modules\/kysely\// },
  { name: 'zod', files: /node_modules\/zod\// },
  { name: 'tRPC', files: /node_modules\/@trpc\// },
  { name: 'Hono’s server for Node', files: /node_modules\/@hono\/node-server\// },
  { name: 'Hono', files: /node_modules\/hono\// },
  { name: 'Lucia', files: /node_modules\/(?:lucia|oslo)\// },
  { name: 'pino', files: /node_modules\/(?:pino|sonic-boom)\// },
  { name: 'other packages', files: /node_modules\// },
  { name: 'Prebook: HTTP handlers', files: /apps\/api\/src\// },
  { name: 'Prebook: use cases, sessions, procedures', files: /packages\/server\/src\// },
  { name: 'Prebook: rules and schemas', files: /packages\/core\/src\// },
  { name: 'Prebook: engine, group commit', files: /packages\/db\/src\/engines\// },
  { name: 'Prebook: queries', files: /packages\/db\/src\// },
  {
    name: 'Node: Request, Response, Headers, URL',
    files: /^node:internal\/(?:deps\/undici|url|webstreams|abort)/,
  },
  { name: 'Node: crypto', files: /^node:(?:internal\/)?crypto/ },
  {
    name: 'Node: promises, timers, async context',
    files: /^node:(?:internal\/)?(?:async|timers|process|event_target|promise)/,
  },
  { name: 'Node: HTTP and sockets', files: /^node:/ },
]

const GARBAGE = 'garbage collection'

/** Self time of each layer, in microseconds, without idle time. */
export function timeByLayer(profile: Profiler.Profile): Map<string, number> {
  const parents = new Map<number, Profiler.ProfileNode>()
  const nodes = new Map<number, Profiler.ProfileNode>()
  for (const node of profile.nodes) {
    nodes.set(node.id, node)
    for (const child of node.children ?? []) parents.set(child, node)
  }
  const layerOf = (node: Profiler.ProfileNode): string | null => {
    const { functionName } = node.callFrame
    if (functionName === '(idle)' || functionName === '(root)') return null
    if (functionName === '(garbage collector)') return GARBAGE
    if (functionName === '(program)') return 'Node: HTTP and sockets'
    // A function without a file is built in and counts towards its caller.
    let caller: Profiler.ProfileNode | undefined = node
    while (caller !== undefined && caller.callFrame.url === '') caller = parents.get(caller.id)
    const url = caller?.callFrame.url ?? 'node:'
    return layers.find(({ files }) => files.test(url))?.name ?? 'other packages'
  }
  const total = new Map<string, number>()
  const { samples = [], timeDeltas = [] } = profile
  for (const [index, id] of samples.entries()) {
    const node = nodes.get(id)
    const layer = node === undefined ? null : layerOf(node)
    if (layer !== null) total.set(layer, (total.get(layer) ?? 0) + (timeDeltas[index + 1] ?? 0))
  }
  return total
}

/** Self time of each function, in microseconds, by name and location. */
export function timeByFunction(profile: Profiler.Profile): Map<string, number> {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]))
  const total = new Map<string, number>()
  for (const [index, id] of (profile.samples ?? []).entries()) {
    const frame = nodes.get(id)?.callFrame
    if (frame === undefined || frame.functionName === '(idle)') continue
    const file = frame.url.replace(/^.*\/node_modules\//, '').replace(/^file:.*?\/(packages|apps)\//, '$1/')
    const name = `${frame.functionName || '(anonymous)'} ${file}:${frame.lineNumber + 1}`
    total.set(name, (total.get(name) ?? 0) + (profile.timeDeltas?.[index + 1] ?? 0))
  }
  return total
}
