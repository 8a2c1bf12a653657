/**
 * About how many tokens a text is, on the high side, without a tokenizer: Japanese takes about 0.8 tokens a
 * character in OpenAI's o200k vocabulary, English about one token for four characters. Used for the estimate,
 * and where a stopped stream leaves without saying what it took.
 */
export function estimateTokens(text: string): number {
  const wide = text.match(/[\u0300-\u{10ffff}]/gu)?.length ?? 0
  return Math.ceil(wide * 0.9 + ([...text].length - wide) / 3.5)
}
