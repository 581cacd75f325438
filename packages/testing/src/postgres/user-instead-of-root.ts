import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** The user that database servers run as, since they refuse to run as root; null when this process is not root's. */
export async function userInsteadOfRoot(): Promise<{ uid: number; gid: number } | null> {
  if (process.getuid?.() !== 0) return null
  for (const name of ['postgres', 'nobody']) {
    try {
      const [uid, gid] = await Promise.all(['-u', '-g'].map((flag) => run('id', [flag, name])))
      return { uid: Number(uid?.stdout), gid: Number(gid?.stdout) }
    } catch {
      // This machine has no such user.
    }
  }
  throw new Error(
    'Database servers do not run as root, and this machine has neither a user postgres nor a user nobody.',
  )
}
