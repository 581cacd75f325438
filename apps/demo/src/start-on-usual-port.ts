import { spawnApi, type ApiProcess } from '@prebook/testing/api'

/** The default port, which documentation and examples use. */
export const USUAL_PORT = 8787

/** Settings that differ from those of a real shop. */
export const demoEnvironment = {
  // High limits, so that trying things out never hits them.
  REGISTRATIONS_PER_HOUR: '10000',
  LOGIN_FAILURES_PER_HOUR: '10000',
  MAIL_PREVIEW: '1',
}

/** Starts the API on the usual port, or on a free one if that is in use. Loopback only. */
export async function startOnUsualPort(databaseUrl: string): Promise<ApiProcess> {
  try {
    return await spawnApi({ databaseUrl, env: { ...demoEnvironment, PORT: String(USUAL_PORT) } })
  } catch (error) {
    // Checking the port first would be a race.
    if (!(error instanceof Error && error.message.includes('Cannot listen on'))) throw error
    return spawnApi({ databaseUrl, env: demoEnvironment })
  }
}
