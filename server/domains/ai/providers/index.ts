import { env } from '../../../utils/env'
import { embeddedProvider } from './embedded'
import { openAiProvider } from './openai'
import type { AiProvider } from './provider'

let openAi: AiProvider | undefined

/** OpenAI where a key is set, else the embedded assistant. When OpenAI is down nothing takes its place unsaid. */
export function chooseProvider(): AiProvider {
  const { OPENAI_API_KEY: apiKey, OPENAI_BASE_URL: baseURL, AI_TIMEOUT_MS: timeoutMs } = env()
  if (!apiKey) return embeddedProvider
  openAi ??= openAiProvider({ apiKey, baseURL, timeoutMs })
  return openAi
}
