/** What an output carries: a Vega-Lite specification, and what of it may steer this page. */
import type { PartialJSONObject, PartialJSONValue } from '@lumino/coreutils';

export const VEGALITE_MIME_TYPES = [
  'application/vnd.vegalite.v6.json',
  'application/vnd.vegalite.v6+json',
];

/** Above this many rows a canvas is drawn: one node per mark makes the page slow. */
export const MOST_SVG_ROWS = 2000;

export type Renderer = 'canvas' | 'svg';

export interface Chart {
  /** The specification, without the options that it carries for the page. */
  readonly spec: PartialJSONObject;
  /** The chart in words, for screen readers; empty if it has neither description nor title. */
  readonly words: string;
  /** Whether the chart is as wide as its place. */
  readonly fluid: boolean;
  readonly options: ChartOptions;
}

export interface ChartOptions {
  readonly renderer: Renderer;
  /** Whether the chart can be saved as a picture. */
  readonly save: boolean;
  /** Name of saved pictures, without the suffix. */
  readonly fileName: string;
  /** One of Vega's themes; then the page's colours are not used. */
  readonly theme?: string;
  readonly formatLocale?: PartialJSONObject;
  readonly timeFormatLocale?: PartialJSONObject;
}

/**
 * Read a chart.
 *
 * Of the options that a specification may carry (`usermeta.embedOptions`) only those above are
 * kept. The others could load patches and styles, put HTML into pages, or send the data to an
 * editor on another site.
 *
 * @throws Error if the data is not a Vega-Lite specification.
 */
export function readChart(data: unknown): Chart {
  if (!isObject(data)) {
    throw new Error('a Vega-Lite specification is an object');
  }
  const { usermeta, ...spec } = data;
  const library = /\/schema\/([\w-]+)\//.exec(asText(spec.$schema))?.[1] ?? 'vega-lite';
  if (library !== 'vega-lite') {
    throw new Error(`this is a ${library} specification, not Vega-Lite`);
  }
  const asked = isObject(usermeta) && isObject(usermeta.embedOptions) ? usermeta.embedOptions : {};
  return {
    spec,
    words: asText(spec.description) || titleOf(spec.title),
    fluid: spec.width === 'container',
    options: readOptions(asked, spec),
  };
}

function readOptions(asked: PartialJSONObject, spec: PartialJSONObject): ChartOptions {
  const { renderer, actions, theme, formatLocale, timeFormatLocale } = asked;
  const few = countRows(spec) <= MOST_SVG_ROWS;
  return {
    renderer: renderer === 'canvas' || renderer === 'svg' ? renderer : few ? 'svg' : 'canvas',
    save: actions !== false && !(isObject(actions) && actions.export === false),
    fileName: asText(asked.downloadFileName) || 'chart',
    ...(typeof theme === 'string' && { theme }),
    ...(isObject(formatLocale) && { formatLocale }),
    ...(isObject(timeFormatLocale) && { timeFormatLocale }),
  };
}

/** Rows of data that a specification carries, at any depth. */
export function countRows(part: PartialJSONValue | undefined): number {
  if (Array.isArray(part)) {
    return sum(part.map(countRows));
  }
  if (!isObject(part)) {
    return 0;
  }
  const { values, datasets, ...others } = part;
  const named = isObject(datasets) ? Object.values(datasets).map(lengthOf) : [];
  return lengthOf(values) + sum(named) + sum(Object.values(others).map(countRows));
}

function titleOf(title: PartialJSONValue | undefined): string {
  const text = isObject(title) ? title.text : title;
  return Array.isArray(text) ? text.map(asText).join(' ') : asText(text);
}

function isObject(value: unknown): value is PartialJSONObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function asText(value: PartialJSONValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

function lengthOf(value: PartialJSONValue | undefined): number {
  return Array.isArray(value) ? value.length : 0;
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
