import { runsEnded } from '../domains/ai/running'

/** Nitro closes its plugins in order, the database last: the runs that the stop has ended are booked as such before that. */
export default defineNitroPlugin((nitro) => {
  nitro.hooks.hook('close', runsEnded)
})
