import { runsEnded } from '../domains/ai/running'

/** Nitro closes its plugins in order, the database last: what was produced so far is booked before that. */
export default defineNitroPlugin((nitro) => {
  nitro.hooks.hook('close', runsEnded)
})
