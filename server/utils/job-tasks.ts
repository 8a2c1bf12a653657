import { abandonImport, runImport } from '../domains/reservations/run-import'
import type { JobTasks } from './jobs'

/** The one map of what is done later. */
export const jobTasks: JobTasks = {
  'reservations.import': {
    run: (ctx, { importId }) => runImport(ctx, importId),
    giveUp: (ctx, { importId }) => abandonImport(ctx, importId),
  },
}
