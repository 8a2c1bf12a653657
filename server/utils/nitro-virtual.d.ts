/** Nitro's own list of the routes it serves. */
declare module '#nitro-internal-virtual/server-handlers' {
  import type { EventHandler } from 'h3'
  type Loaded =
    { lazy: true; handler: () => Promise<{ default: EventHandler }> } | { lazy: false; handler: EventHandler }
  export const handlers: ({ route: string; method?: string; middleware: boolean } & Loaded)[]
}
