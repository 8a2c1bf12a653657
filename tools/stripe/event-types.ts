/** The events the stand-in tells of, with the name of each one's type in the SDK. */
export const events = {
  'customer.created': 'CustomerCreatedEvent',
  'customer.updated': 'CustomerUpdatedEvent',
  'payment_method.attached': 'PaymentMethodAttachedEvent',
  'payment_method.detached': 'PaymentMethodDetachedEvent',
  'payment_method.updated': 'PaymentMethodUpdatedEvent',
  'payment_intent.created': 'PaymentIntentCreatedEvent',
  'payment_intent.requires_action': 'PaymentIntentRequiresActionEvent',
  'payment_intent.succeeded': 'PaymentIntentSucceededEvent',
  'payment_intent.payment_failed': 'PaymentIntentPaymentFailedEvent',
  'payment_intent.canceled': 'PaymentIntentCanceledEvent',
  'charge.succeeded': 'ChargeSucceededEvent',
  'charge.failed': 'ChargeFailedEvent',
  'setup_intent.created': 'SetupIntentCreatedEvent',
  'setup_intent.requires_action': 'SetupIntentRequiresActionEvent',
  'setup_intent.succeeded': 'SetupIntentSucceededEvent',
  'setup_intent.setup_failed': 'SetupIntentSetupFailedEvent',
  'setup_intent.canceled': 'SetupIntentCanceledEvent',
} as const

export type EventType = keyof typeof events
