/** Japanese, whatever the browser says, unless the person has chosen. */
export default defineNuxtPlugin({
  name: 'language',
  dependsOn: ['i18n:plugin'],
  async setup() {
    const { locale, locales, setLocale } = useNuxtApp().$i18n
    const chosen = locales.value.find(({ code }) => code === useChosenLanguage().value)
    if (chosen && chosen.code !== locale.value) await setLocale(chosen.code)
  },
})
