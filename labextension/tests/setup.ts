// jsdom has no canvas and complains when asked for one. Vega asks, and measures text without it.
HTMLCanvasElement.prototype.getContext = () => null;

// jsdom lays nothing out: it has no media to match, and nothing to scroll.
window.matchMedia = (query) =>
  Object.assign(new EventTarget(), { matches: false, media: query }) as MediaQueryList;
Element.prototype.scrollTo = () => undefined;
Element.prototype.scrollIntoView = () => undefined;
