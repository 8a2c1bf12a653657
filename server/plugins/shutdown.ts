import { AppError } from '../utils/errors'
import { useRuntime } from '../utils/runtime'

/**
 * Told to stop, the server first ends what would never end by itself (open event streams, running AI calls,
 * imports), so that Nitro's graceful shutdown can finish the rest; its connections close last.
 */
export default defineNitroPlugin((nitro) => {
  const { stopping, db } = useRuntime()
  const stop = () => stopping.abort(new AppError('SHUTTING_DOWN'))
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
  nitro.hooks.hook('close', async () => {
    stop()
    // After every other plugin's close hook.
    setImmediate(() => void db.close())
  })
})
