import { longDate, text, type Locale } from '../../../utils/texts'
import type { PredictionFacts } from './facts'

/** The forecast in words, from its figures alone: what the embedded provider answers. */
export function predictionWords(facts: PredictionFacts, locale: Locale): string {
  const say = (key: string, values: Record<string, unknown> = {}) => text(locale, `ai.prediction.${key}`, values)
  const number = (value: number) => value.toLocaleString(locale, { maximumFractionDigits: 1 })
  const day = (date: string) =>
    new Date(`${date}T00:00:00Z`).toLocaleDateString(locale, {
      month: 'long',
      day: 'numeric',
      weekday: 'short',
      timeZone: 'UTC',
    })
  const fullDay = (date: string) => longDate(locale, date)
  const weekday = (index: number) => say(`weekdays.${index}`)
  const unit = say(`units.${facts.metric}`)

  const { busiestWeekday: busiest, quietestWeekday: quietest, yearBefore, backtest } = facts
  return [
    say('level', {
      metric: say(`metrics.${facts.metric}`),
      from: fullDay(facts.from),
      to: fullDay(facts.to),
      mean: number(facts.meanPerDay),
      total: number(facts.total),
      unit,
    }),
    busiest && quietest
      ? say('week', {
          busiest: weekday(busiest.weekday),
          most: number(busiest.meanPerDay),
          quietest: weekday(quietest.weekday),
          least: number(quietest.meanPerDay),
          unit,
        })
      : say('evenWeek'),
    yearBefore
      ? say(trendOf(yearBefore.changePercent), {
          percent: number(Math.abs(yearBefore.changePercent)),
          before: number(yearBefore.meanPerDay),
          unit,
        })
      : say('noYearBefore'),
    say('peaks', {
      days: facts.peaks
        .map((peak) => say('peak', { day: day(peak.date), mean: number(peak.mean), unit }))
        .join(say('comma')),
    }),
    say('band', { half: number(facts.bandHalfWidth), unit }),
    backtest
      ? say(backtest.ratio !== null && backtest.ratio < 1 ? 'backtestBetter' : 'backtestWorse', {
          origins: number(backtest.origins),
          mae: number(backtest.mae),
          naive: number(backtest.seasonalNaiveMae),
          less: number(Math.round((1 - (backtest.ratio ?? 1)) * 100)),
          coverage: number(Math.round(backtest.coverage * 100)),
          unit,
        })
      : say('noBacktest'),
    say('dataUntil', { day: fullDay(facts.dataUntil) }),
  ].join('\n')
}

/** Less than 3% either way is called level. */
function trendOf(percent: number): 'trendUp' | 'trendDown' | 'trendLevel' {
  if (Math.abs(percent) < 3) return 'trendLevel'
  return percent > 0 ? 'trendUp' : 'trendDown'
}
