/** Draws the panel's charts, in the colours of the page. */
import type { TranslationBundle } from '@jupyterlab/translation';

import { ChartPlace } from '../vega/place';
import type { PageTheme } from '../vega/theme';
import type { MakeChart } from './views/charts';

export function chartMaker(theme: PageTheme, trans: TranslationBundle): MakeChart {
  return (node, onPick) => {
    const place = new ChartPlace({
      node,
      theme,
      trans,
      // The kernel draws from its store: no chart of the panel needs a file.
      findLocal: () => Promise.resolve(null),
      onPick,
    });
    place.watch();
    return place;
  };
}
