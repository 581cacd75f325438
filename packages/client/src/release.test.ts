import { cp, glob, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { mustRun } from './testing/run-command.ts'

const repository = fileURLToPath(new URL('../../..', import.meta.url))

test('changesets produce a version and a changelog for the client only, without a network', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'prebook-release-'))
  try {
    const manifests =
      '{.changeset/*,package.json,pnpm-workspace.yaml,pnpm-lock.yaml,{packages,apps}/*/package.json,{e2e,bench}/package.json}'
    for await (const file of glob(manifests, { cwd: repository })) {
      await cp(join(repository, file), join(folder, file))
    }
    const note = "---\n'@prebook/client': minor\n---\n\nCalls can be queued.\n"
    await writeFile(join(folder, '.changeset/queued-calls.md'), note)
    const versions = async () => {
      const found: Record<string, string> = {}
      for await (const file of glob('{packages,apps}/*/package.json', { cwd: folder })) {
        const { name, version } = JSON.parse(await readFile(join(folder, file), 'utf8')) as Record<
          string,
          string
        >
        found[String(name)] = String(version)
      }
      return found
    }
    const { '@prebook/client': before, ...othersBefore } = await versions()

    const changeset = join(repository, 'node_modules/.bin/changeset')
    await mustRun(changeset, ['version'], folder, { npm_config_registry: 'http://127.0.0.1:1' })

    const { '@prebook/client': after, ...othersAfter } = await versions()
    expect(after).not.toBe(before)
    expect(othersAfter).toEqual(othersBefore)
    const changelog = await readFile(join(folder, 'packages/client/CHANGELOG.md'), 'utf8')
    expect(changelog).toContain(`## ${after}`)
    expect(changelog).toContain('Calls can be queued.')
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
