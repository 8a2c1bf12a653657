/** What we are built with is nobody's business. */
export default defineNitroPlugin((nitro) => {
  nitro.hooks.hook('beforeResponse', (event) => removeResponseHeader(event, 'x-powered-by'))
})
