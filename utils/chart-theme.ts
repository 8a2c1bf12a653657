/** The look of every chart, taken from the custom properties of assets/css/main.css. */
export interface ChartTheme {
  /** Parts of a whole, the largest first: shades of one hue, then a second, then grey. */
  shares: string[]
  tones: Record<ChartTone, string>
  grid: string
  zero: string
  text: string
  ground: string
  font: { family: string; size: number }
}

/** What a series means: the measured or forecast thing, one of the other hues, or the past it is compared with. */
export type ChartTone = 'primary' | 'second' | 'third' | 'fourth' | 'past'

/** A point of a line chart; null where there is none, which leaves a gap. */
export type ChartValue = number | null

export interface ChartSeries {
  label: string
  values: ChartValue[]
  tone?: ChartTone
  /** For what did not happen: last year, a mean carried on, a forecast. */
  dashed?: boolean
  /** Where the truth is expected to lie; drawn behind the line at 15%. */
  band?: { label: string; lower: ChartValue[]; upper: ChartValue[] }
}

/** A colour of the theme at some opacity. */
export function translucent(hex: string, opacity: number): string {
  const alpha = Math.round(opacity * 255)
  return `${hex}${alpha.toString(16).padStart(2, '0')}`
}

export function readChartTheme(element: Element): ChartTheme {
  const style = getComputedStyle(element)
  const value = (name: string) => style.getPropertyValue(name).trim()
  const tones = {
    primary: value('--chart-1'),
    second: value('--chart-2'),
    third: value('--chart-3'),
    fourth: value('--chart-4'),
    past: value('--chart-past'),
  }
  return {
    shares: [1, 2, 3, 4, 5].map((number) => value(`--share-${number}`)),
    tones,
    grid: value('--chart-grid'),
    zero: value('--chart-zero'),
    text: value('--chart-text'),
    ground: value('--chart-ground'),
    font: { family: value('--font-sans'), size: 13 },
  }
}
