import type Stripe from 'stripe'
import type { Call } from './call'
import { listPage } from './lists'

export const retrieveEvent = ({ id, work }: Call<object>): Stripe.Event => work.need('event', id)

export const listEvents = ({ params, work }: Call<Stripe.EventListParams>): Stripe.ApiList<Stripe.Event> => {
  const types = params.types ?? (params.type ? [params.type] : undefined)
  return listPage(
    '/v1/events',
    work.list('event').filter(({ type }) => !types || types.some((wanted) => fits(wanted, type))),
    params,
  )
}

/** `payment_intent.*` means all of them. */
const fits = (wanted: string, type: string) =>
  wanted.endsWith('*') ? type.startsWith(wanted.slice(0, -1)) : wanted === type
