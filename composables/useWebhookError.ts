/** Why an event was set aside or failed: in words where it is one of our codes, else as it was thrown. */
export function useWebhookError() {
  const { t, te } = useI18n()
  return (error: string) => (te(`operator.webhooks.errors.${error}`) ? t(`operator.webhooks.errors.${error}`) : error)
}
