// Loaded before a child's own program. It ends the child when its parent ends for any reason: an orphan would keep the
// tracker port open without a log to write to.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'))
process.channel?.unref()
