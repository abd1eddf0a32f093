import { panelPlugin } from './panel/plugin';
import { vegaLitePlugin } from './vega/plugin';

export default [vegaLitePlugin, panelPlugin];
