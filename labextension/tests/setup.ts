// jsdom has no canvas and complains when asked for one. Vega asks, and measures text without it.
HTMLCanvasElement.prototype.getContext = () => null;
