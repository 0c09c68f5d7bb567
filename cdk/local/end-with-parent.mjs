// Loaded before a child's own program: when its parent is gone, however it went, the child is gone too. One that stayed
// would hold the tracker port, with no log to hand frames to.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'))
process.channel?.unref()
