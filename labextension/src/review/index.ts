/** The review surface: where a person answers what a model suggests. Hosted by panel and widget. */
export { mountReview, type MountedReview, type ReviewOptions } from './mount';
export { DEFAULT_KEYS, type Action, type KeyMap } from './model/keys';
export type { Words } from './model/words';
