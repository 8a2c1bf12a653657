/** The page's side of a frame: asks it and waits, and hears what happens in it. */
import type { Ask, FromFrame, Told, ToFrame } from './messages'

export class Frame {
  readonly element: HTMLIFrameElement
  private readonly waiting = new Map<number, (told: Told) => void>()
  private readonly ready: Promise<void>
  private asked = 0

  constructor(
    private readonly origin: string,
    path: string,
    parameters: Record<string, string>,
    private readonly hear: (message: FromFrame) => void = () => {},
  ) {
    this.element = document.createElement('iframe')
    const query = new URLSearchParams({ ...parameters, parent: location.origin })
    this.element.src = `${origin}${path}?${query}`
    // Of one colour scheme with its page: of another, a browser paints an opaque ground behind it.
    this.element.style.colorScheme = 'light'
    this.element.setAttribute('allowtransparency', 'true')
    this.ready = new Promise((done) => {
      this.onReady = done
    })
    addEventListener('message', this.listen)
  }

  private onReady: () => void = () => {}

  async ask(key: string, ask: Ask): Promise<Told> {
    await this.ready
    const id = ++this.asked
    return new Promise((done) => {
      this.waiting.set(id, done)
      this.post({ kind: 'ask', id, key, ask })
    })
  }

  /** What is said before the frame is there is said once it is. */
  tell(message: ToFrame): void {
    void this.ready.then(() => this.post(message))
  }

  remove(): void {
    removeEventListener('message', this.listen)
    this.element.remove()
  }

  private post(message: ToFrame): void {
    this.element.contentWindow?.postMessage(message, this.origin)
  }

  private readonly listen = (event: MessageEvent<FromFrame>): void => {
    if (event.origin !== this.origin || event.source !== this.element.contentWindow) return
    const message = event.data
    if (message.kind === 'ready') this.onReady()
    if (message.kind === 'told') {
      this.waiting.get(message.id)?.(message.told)
      this.waiting.delete(message.id)
    }
    this.hear(message)
  }
}
