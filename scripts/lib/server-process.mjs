/**
 * The process that serves. Nitro shuts down in an orderly way on SIGTERM; when the launcher is gone without
 * having been able to send one, the server sends it to itself rather than live on unattended.
 */
process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'))

await import('../../.output/server/index.mjs')
