// Loaded into every process that a test starts, before its own program. The channel to the test closes when the test's
// process ends, however it ends, and then this process must not outlive it. Without a reference the channel keeps
// nothing alive.
process.once('disconnect', () => process.exit(1))
process.channel?.unref()
