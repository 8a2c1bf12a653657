/** Gives each inline script of a page the nonce that its Content-Security-Policy names. */
export default defineNitroPlugin((nitro) => {
  nitro.hooks.hook('render:html', (html, { event }) => {
    const nonce = String(event.context.nonce ?? '')
    const mark = (part: string) => part.replaceAll(/<script(?![^>]*\bnonce=)/g, `<script nonce="${nonce}"`)
    html.head = html.head.map(mark)
    html.bodyPrepend = html.bodyPrepend.map(mark)
    html.body = html.body.map(mark)
    html.bodyAppend = html.bodyAppend.map(mark)
  })
})
