import { sharedTestConfig } from '@prebook/testing/vitest'
import { defineConfig, mergeConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Starts with the files in folders, which take longest, so that no worker is idle at the end. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const inFolder = ({ moduleId }: TestSpecification) => /\/src\/(?:live|mail|proof)\//.test(moduleId)
    // oxlint-disable-next-line no-array-sort -- The method of a sequencer.
    const { long = [], short = [] } = Object.groupBy(await super.sort(files), (file) =>
      inFolder(file) ? 'long' : 'short',
    )
    return [...long, ...short]
  }
}

export default mergeConfig(
  sharedTestConfig({ postgres: true, bundledApi: true }),
  defineConfig({
    test: {
      // One more than elsewhere: many of these tests wait for a disk, a lease or a time-out.
      maxWorkers: 3,
      sequence: { sequencer: LongestFirst },
    },
  }),
)
