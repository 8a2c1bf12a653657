/** The bank's question over the page, in a frame of the stand-in's. */
import { Frame } from './frame'
import { text, type Locale } from './texts'

/**
 * Ends when the question is answered; closing it refuses. A modal dialog of the browser's own lies over every layer
 * of the page, keeps the focus, and gives it back.
 */
export function askTheBank(origin: string, locale: Locale, intent: string, secret: string): Promise<void> {
  return new Promise((done) => {
    const dialog = document.createElement('dialog')
    const title = text(locale, 'challenge')
    dialog.setAttribute('aria-label', title)
    // Pages that open modals of their own switch the pointer off for the rest of the body.
    dialog.style.cssText =
      'position:fixed;inset:0;width:100%;height:100%;max-width:none;max-height:none;margin:0;padding:0;border:0;background:transparent;pointer-events:auto'
    const parameters = { intent, client_secret: secret, locale }
    const frame = new Frame(origin, '/3d-secure', parameters, (message) => {
      if (message.kind !== 'authenticated') return
      dialog.close()
      frame.remove()
      dialog.remove()
      done()
    })
    frame.element.title = title
    frame.element.style.cssText += ';display:block;width:100%;height:100%;border:0;background:transparent'
    dialog.append(frame.element)
    // Escape is the frame's to answer: it refuses, and then says so.
    dialog.addEventListener('cancel', (event) => {
      event.preventDefault()
      frame.tell({ kind: 'clear' })
    })
    document.body.append(dialog)
    dialog.showModal()
    frame.element.focus()
  })
}
