/** Says in a toast why something did not work, in the server's own sentence. */
export function useFailureToast() {
  const toast = useToast()
  const { t } = useI18n()
  return (thrown: unknown) => {
    const error = toApiError(thrown, (code) => t(`common.errors.${code}`))
    toast.add({
      color: 'error',
      icon: 'i-lucide-circle-alert',
      title: t('common.states.failed'),
      description: error.data.message,
    })
  }
}
