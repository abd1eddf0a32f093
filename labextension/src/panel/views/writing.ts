/** Numbers and times as the reader's language writes them. */
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';

import { ENGLISH, type Words } from '../../review/model/words';

export class Writing {
  private readonly numbers: Intl.NumberFormat;
  private readonly percents: Intl.NumberFormat;

  constructor(
    readonly trans: Words,
    language = 'en',
  ) {
    const locale = known(language) ? language : 'en';
    this.numbers = new Intl.NumberFormat(locale, { maximumFractionDigits: 2 });
    this.percents = new Intl.NumberFormat(locale, { style: 'percent' });
  }

  number(value: number): string {
    return this.numbers.format(value);
  }

  /** A share as whole percents; not quite all is never shown as all. */
  percent(share: number): string {
    const rounded = Math.floor(share * 100 + 0.5) / 100;
    return this.percents.format(share < 1 ? Math.min(rounded, 0.99) : 1);
  }

  /** A time span, two units at most. */
  duration(seconds: number): string {
    const { trans } = this;
    const whole = Math.max(1, Math.round(seconds));
    if (whole < 60) {
      return trans.__('%1 s', whole);
    }
    const minutes = Math.round(whole / 60);
    return minutes < 60
      ? trans.__('%1 min', minutes)
      : trans.__('%1 h %2 min', Math.floor(minutes / 60), minutes % 60);
  }

  /** How fast something goes, per second. */
  rate(perSecond: number): string {
    const digits = perSecond >= 10 ? Math.round(perSecond) : Number(perSecond.toPrecision(2));
    return this.trans.__('%1/s', this.number(digits));
  }
}

function known(language: string): boolean {
  try {
    return Intl.NumberFormat.supportedLocalesOf(language).length > 0;
  } catch {
    return false;
  }
}

export const WritingContext = createContext(new Writing(ENGLISH));

/** How the panel writes. */
export function useWriting(): Writing {
  return useContext(WritingContext);
}
