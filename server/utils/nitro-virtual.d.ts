/** Nitro's own list of the routes it serves. */
declare module '#nitro-internal-virtual/server-handlers' {
  import type { EventHandler } from 'h3'
  export const handlers: { route: string; method?: string; lazy: boolean; middleware: boolean; handler: EventHandler }[]
}
