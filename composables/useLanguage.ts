/** The two languages: the one in use and the other one. The choice is kept in the cookie the server reads as well. */
export function useLanguage() {
  const { locale, locales, setLocale } = useI18n()
  const next = computed(() => locales.value.find(({ code }) => code !== locale.value) ?? locales.value[0]!)
  const switchLanguage = () => setLocale(next.value.code)
  return { next, switchLanguage }
}
