import { StoreOpenError } from '../../store.ts'

/** A PostgreSQL address: a database, and the servers that may hold it. */
export type ServerAddress = {
  /** An address for each server, in the given order. Exactly one accepts writes at any time. */
  servers: readonly [string, ...string[]]
  /** The name of the database in messages: its name and hosts, without the password. */
  label: string
}

/** Scheme, user and password, hosts, and the rest, which is the same for every host. */
const PARTS = /^(postgres(?:ql)?:\/\/(?:[^/?#]*@)?)([^/?#@]*)(.*)$/

/** What the address may ask of a server. Prebook writes, so each of them means a server that accepts writes. */
const WRITABLE = new Set(['any', 'primary', 'read-write'])

/**
 * Parses an address with one host or, as in PostgreSQL's own tools, several:
 * `postgres://user:password@h1:5432,h2:5433/name?target_session_attrs=read-write`.
 *
 * @throws StoreOpenError when the address is not valid. The message does not contain the password
 */
export function parseServerAddress(url: string): ServerAddress {
  const [, before = '', hosts = '', after = ''] = PARTS.exec(url) ?? []
  const [first, ...others] = hosts.split(',').map((host) => oneServer(`${before}${host}${after}`))
  if (first === undefined || (others.length > 0 && hosts.split(',').includes(''))) throw invalid()
  const database = new URL(first).pathname.slice(1)
  const names = [first, ...others].map((server) => hostOf(server))
  return {
    servers: [first, ...others],
    label: `The PostgreSQL database ${database} on ${names.join(',')}`,
  }
}

/** Checks the address of one server, and adapts what the driver understands differently. */
function oneServer(text: string): string {
  if (!URL.canParse(text) || !isEncoded(text)) throw invalid()
  const address = new URL(text)
  const wanted = address.searchParams.get('target_session_attrs')
  if (wanted !== null && !WRITABLE.has(wanted)) {
    throw new StoreOpenError(
      'DATABASE_URL asks for a server that accepts no writes: write target_session_attrs=read-write.',
    )
  }
  address.searchParams.delete('target_session_attrs')
  return withVerifiedTls(wanted === null ? text : address.href)
}

function invalid(): StoreOpenError {
  return new StoreOpenError(
    'DATABASE_URL is not a valid address: write postgres://user:password@host:5432/name, and percent-encode special characters in the password (@ as %40).',
  )
}

function hostOf(server: string): string {
  const { hostname, port } = new URL(server)
  return `${hostname}:${port === '' ? '5432' : port}`
}

/** Whether every % begins a valid escape. The driver requires it. */
function isEncoded(url: string): boolean {
  try {
    decodeURIComponent(url)
    return true
  } catch {
    return false
  }
}

/**
 * Makes an address that requests TLS also verify the certificate. pg 8 does so for `require` too, but warns that this
 * will change. To skip the verification, use `uselibpqcompat=true` or `sslmode=no-verify`.
 */
function withVerifiedTls(url: string): string {
  const address = new URL(url)
  const mode = address.searchParams.get('sslmode') ?? ''
  if (!['prefer', 'require', 'verify-ca'].includes(mode) || address.searchParams.has('uselibpqcompat'))
    return url
  address.searchParams.set('sslmode', 'verify-full')
  return address.href
}
