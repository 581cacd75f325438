import type { Store } from '@prebook/db'
import { createAdmin, createCaller, createRequestContext, createServices } from '@prebook/server'

/** Calls an admin's procedures on a store in this process, without HTTP. */
export async function signInAdmin(store: Store): Promise<ReturnType<typeof createCaller>> {
  const services = createServices({
    store,
    throttleLimits: { registrationsPerHour: 10, loginFailuresPerHour: 10 },
  })
  const account = { email: 'admin@bench.example', password: 'a password for measuring' }
  await createAdmin(services, account)
  const as = (authorization: string | null) =>
    // A new context per call, as for separate requests.
    createCaller(() =>
      createRequestContext(services, {
        id: 'bench',
        address: '127.0.0.1',
        authorization,
        cookie: null,
        secure: false,
        trustedOrigin: false,
        userAgent: null,
        device: null,
        setSessionCookie: () => {},
        setDeviceCookie: () => {},
        idempotencyKey: null,
        setReplayed: () => {},
        setDeviceHeader: () => {},
        setRateLimit: () => {},
      }),
    )
  const { token } = await as(null).auth.login(account)
  return as(`Bearer ${token}`)
}
