import { spawnApi, type ApiProcess } from '@prebook/testing/api'

/** Where people look for the API first; documentation and examples name it. */
export const USUAL_PORT = 8787

/** What a demo has otherwise than a shop. */
export const demoEnvironment = {
  // Far more than a visitor needs who tries things out: the real limits would only get in the way.
  REGISTRATIONS_PER_HOUR: '10000',
  LOGIN_FAILURES_PER_HOUR: '10000',
  MAIL_PREVIEW: '1',
}

/** Starts the API on the usual port, or on a free one if something else listens there. Loopback only. */
export async function startOnUsualPort(databaseUrl: string): Promise<ApiProcess> {
  try {
    return await spawnApi({ databaseUrl, env: { ...demoEnvironment, PORT: String(USUAL_PORT) } })
  } catch (error) {
    // Trying is surer than asking first whether the port is free: the answer could be outdated by then.
    if (!(error instanceof Error && error.message.includes('Cannot listen on'))) throw error
    return spawnApi({ databaseUrl, env: demoEnvironment })
  }
}
