/** The image of a record, with the boxes that the model found in it. */
import type { CSSProperties, JSX } from 'preact';

import type { ImageView, SuggestionView } from '../../protocol/messages';
import { useSurface } from './surface';

interface Box {
  readonly label: string;
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

interface PictureProps {
  readonly image: ImageView;
  readonly suggestion: SuggestionView | null;
}

export function Picture({ image, suggestion }: PictureProps): JSX.Element {
  const { trans } = useSurface();
  if (!image.data) {
    return (
      <p class="sm-Review-problem" role="note">
        {image.problem || trans.__('The image cannot be shown.')} <bdi>{image.source}</bdi>
      </p>
    );
  }
  const boxes = readBoxes(suggestion?.evidence.boxes);
  return (
    <figure class="sm-Review-picture">
      <div class="sm-Review-frame">
        <img
          src={`data:${image.mime};base64,${image.data}`}
          alt={image.source || trans.__('Image')}
          width={image.width || undefined}
          height={image.height || undefined}
          draggable={false}
        />
        {image.width > 0 &&
          boxes.map((box, at) => (
            <span key={at} class="sm-Review-box" data-colour={at % 10} style={place(box, image)}>
              <bdi>{box.label}</bdi>
            </span>
          ))}
      </div>
      {image.source && (
        <figcaption>
          <bdi>{image.source}</bdi>
          {image.width > 0 && ` · ${image.width} × ${image.height}`}
        </figcaption>
      )}
    </figure>
  );
}

function place(box: Box, { width, height }: ImageView): CSSProperties {
  return {
    left: `${(100 * box.left) / width}%`,
    top: `${(100 * box.top) / height}%`,
    width: `${(100 * (box.right - box.left)) / width}%`,
    height: `${(100 * (box.bottom - box.top)) / height}%`,
  };
}

/** Boxes as suggesters give them: `{ label, box: [left, top, right, bottom] }`, in pixels. */
function readBoxes(evidence: unknown): Box[] {
  return Array.isArray(evidence) ? evidence.flatMap(readBox) : [];
}

function readBox(entry: unknown): Box[] {
  if (typeof entry !== 'object' || entry === null || !('box' in entry)) {
    return [];
  }
  const { box } = entry;
  const label = 'label' in entry && typeof entry.label === 'string' ? entry.label : '';
  if (!Array.isArray(box) || box.length !== 4 || !box.every((its) => typeof its === 'number')) {
    return [];
  }
  const [left = 0, top = 0, right = 0, bottom = 0] = box;
  return [{ label, left, top, right, bottom }];
}
