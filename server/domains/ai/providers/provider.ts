import type { Passage } from '../knowledge/search-sections'
import type { PredictionFacts } from '../prediction/facts'

/** What a provider is asked to do, with all it may know. How it is worded is each provider's own business. */
export type Task = ChatbotTask | PredictionTask
export type Language = 'ja' | 'en'

export interface ChatbotTask {
  kind: 'chatbot'
  /** Of the question, and so of the answer. */
  language: Language
  hotelName: string
  question: string
  passages: readonly Passage[]
}

export interface PredictionTask {
  kind: 'prediction'
  language: Language
  hotelName: string
  question: string
  /** Null while only the price is asked for. */
  facts: PredictionFacts | null
}

export interface RunOptions {
  model: string
  temperature: number
  maxTokens: number
  /** Ends the run; what was produced so far is the answer. */
  signal: AbortSignal
  /** Where somebody reads along: gets the answer piece by piece. */
  onText?: (piece: string) => void
}

export interface Completion {
  text: string
  tokensIn: number
  tokensOut: number
  /** Ended by the signal before it was complete. */
  isStopped: boolean
  timeToFirstTokenMs: number | null
}

/** What stands behind the AI functions. The one interface; index.ts chooses. */
export interface AiProvider {
  readonly name: 'embedded' | 'openai'
  /** Answers without the internet and without a language model, and says so. */
  readonly isOffline: boolean
  /** Tokens before the first word of the answer, and of the answer: what the estimate follows from. */
  tokensFor(task: Task, maxTokens: number): { input: number; expectedOutput: number; mostOutput: number }
  /** @throws ProviderError */
  run(task: Task, options: RunOptions): Promise<Completion>
}

/**
 * unavailable: down, unreachable, cut off, or its quota is used up. rateLimited: too many requests, after
 * retries. unusable: it answered, with nothing that can be shown.
 */
export type ProviderFault = 'unavailable' | 'rateLimited' | 'unusable'

export class ProviderError extends Error {
  override readonly name = 'ProviderError'

  constructor(
    readonly fault: ProviderFault,
    cause: unknown,
  ) {
    super(`AI provider: ${fault}`, { cause })
  }
}
