import { vegaLitePlugin } from './vega/plugin';

export default [vegaLitePlugin];
