import { setTimeout as pause } from 'node:timers/promises'

export const faultKinds = ['status', 'status-after', 'delay', 'delay-after', 'cut-before', 'cut-after'] as const

/** What goes wrong with the next requests that match; `-after`: the work was done all the same. */
export interface Fault {
  kind: (typeof faultKinds)[number]
  /** `*` stands for anything within one part of the path; every path of /v1 when left out. */
  path?: string
  method?: string
  /** How many requests it meets; one when left out. */
  times?: number
  /** 500 when left out. */
  status?: number
  delayMs?: number
  headers?: Record<string, string>
}

export class Faults {
  private armed: Fault[] = []

  arm(fault: Fault): void {
    this.armed.push({ times: 1, ...fault })
  }

  clear(): void {
    this.armed = []
  }

  list(): readonly Fault[] {
    return this.armed
  }

  /** The first that matches; it is used up by as much. */
  take(method: string, path: string): Fault | undefined {
    const found = this.armed.find((fault) => matches(fault, method, path))
    if (found) found.times = (found.times ?? 1) - 1
    this.armed = this.armed.filter(({ times = 1 }) => times > 0)
    return found
  }
}

function matches(fault: Fault, method: string, path: string): boolean {
  if (fault.method && fault.method.toUpperCase() !== method) return false
  if (!fault.path) return true
  const parts = fault.path.split('/')
  const given = path.split('/')
  return parts.length === given.length && parts.every((part, at) => part === '*' || part === given[at])
}

export const wait = (fault: Fault | undefined, kind: Fault['kind']): Promise<void> =>
  fault?.kind === kind ? pause(fault.delayMs ?? 1_000) : Promise.resolve()

/** As Stripe words it: a limit was met, or something broke on their side. */
export function faultAnswer({ status = 500, headers = {} }: Fault): {
  status: number
  headers: Record<string, string>
  body: unknown
} {
  const error =
    status === 429
      ? { type: 'invalid_request_error', code: 'rate_limit', message: 'Request rate limit exceeded.' }
      : { type: 'api_error', message: 'An unknown error occurred.' }
  return { status, headers: { ...(status === 429 && { 'retry-after': '1' }), ...headers }, body: { error } }
}
