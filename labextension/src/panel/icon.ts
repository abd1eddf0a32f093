/** A label with a check mark. */
import { LabIcon } from '@jupyterlab/ui-components';

const SVG = `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">
  <path class="jp-icon3" fill="#616161" fill-rule="evenodd" d="M4.5 3h8.1c.5 0 1 .2 1.4.6l7.2 7.2c.8.8.8 2 0 2.8l-7.6 7.6c-.8.8-2 .8-2.8 0l-7.2-7.2c-.4-.4-.6-.9-.6-1.4V4.5C3 3.7 3.7 3 4.5 3zM5 5v7.4l7.2 7.2 7.4-7.4L12.4 5zm2.3 2.3a1.2 1.2 0 1 1 1.7 1.7 1.2 1.2 0 0 1-1.7-1.7z"/>
  <path class="jp-icon3" fill="#616161" d="m11.6 16-3.1-3.1 1.2-1.2 1.9 1.9 4-4 1.2 1.2z"/>
</svg>`;

export const reviewIcon = new LabIcon({ name: 'sciml-magics:review', svgstr: SVG });
