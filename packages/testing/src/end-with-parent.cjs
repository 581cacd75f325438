// Loaded into every process that a test starts, before its program. The channel to the test closes when the process of
// the test ends for any reason, and then this process exits too. The channel is unreferenced, so that it does not keep
// this process running.
process.once('disconnect', () => process.exit(1))
process.channel?.unref()
