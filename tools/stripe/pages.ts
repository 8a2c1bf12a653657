import type { Control } from './control'

export interface Page {
  status: number
  headers: Record<string, string>
  body: string
}

export class Pages {
  constructor(private readonly parts: Control) {}

  async answer(
    _method: string,
    _url: URL,
    _header: (name: string) => string | undefined,
    _body: string,
  ): Promise<Page> {
    return { status: 404, headers: {}, body: '' }
  }
}
