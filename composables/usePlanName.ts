/** A plan's name in the language of the page; one that was added later is called as the server calls it. */
export function usePlanName() {
  const { t, te } = useI18n()
  return (plan: string) => (te(`identity.plans.${plan}`) ? t(`identity.plans.${plan}`) : plan)
}
