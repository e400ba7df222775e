// A moving picture (GIF) of a page: screenshots on the way, put together at the end. Each frame holds only what has changed.
import gifenc from 'gifenc';

const { GIFEncoder, applyPalette, quantize } = gifenc;

/** One entry of the palette is for pixels that stay as they are. */
const COLOURS = 255;

/**
 * @param {import('playwright-core').Page} page is photographed
 * @param {number} width of the picture in pixels; its height follows
 */
export function movingPicture(page, width) {
  /** @type {{ png: string, delayMs: number }[]} */
  const frames = [];

  /** Takes so many frames. @param {number} count @param {number} delayMs for which each is shown, and after which the next is taken */
  async function film(count, delayMs) {
    for (let i = 0; i < count; i++) {
      frames.push({ png: (await page.screenshot()).toString('base64'), delayMs });
      await page.waitForTimeout(delayMs);
    }
  }

  /** @returns {Promise<Buffer>} the GIF file */
  async function develop() {
    const blank = await page.context().newPage();
    const gif = GIFEncoder();
    /** @type {Uint8Array | undefined} */
    let before;
    try {
      for (const { png, delayMs } of frames) {
        const { text, height } = await blank.evaluate(pixelsOf, { png, width });
        const pixels = Uint8Array.from(Buffer.from(text, 'base64'));
        const palette = quantize(pixels, COLOURS);
        const indexed = applyPalette(pixels, palette);
        palette.push([0, 0, 0]);
        const unchanged = palette.length - 1;
        for (let i = 0; before !== undefined && i < indexed.length; i++)
          if (isEqualPixel(before, pixels, 4 * i)) indexed[i] = unchanged;
        const delta = before === undefined ? {} : { transparent: true, transparentIndex: unchanged };
        gif.writeFrame(indexed, width, height, { palette, delay: delayMs, dispose: 1, ...delta });
        before = pixels;
      }
    } finally {
      await blank.close();
    }
    gif.finish();
    return Buffer.from(gif.bytes());
  }

  return { film, develop };
}

/** @param {Uint8Array} one @param {Uint8Array} other @param {number} at */
const isEqualPixel = (one, other, at) =>
  one[at] === other[at] && one[at + 1] === other[at + 1] && one[at + 2] === other[at + 2];

/** Runs in the browser: the pixels of a PNG file, made smaller. @param {{ png: string, width: number }} options */
async function pixelsOf({ png, width }) {
  // The types of this file are Node's; the browser has more.
  const browser = /** @type {any} */ (globalThis);
  const bytes = Uint8Array.from(atob(png), (character) => character.charCodeAt(0));
  const picture = await browser.createImageBitmap(new Blob([bytes], { type: 'image/png' }));
  const height = Math.round((picture.height * width) / picture.width);
  const context = new browser.OffscreenCanvas(width, height).getContext('2d');
  context.imageSmoothingQuality = 'high';
  context.drawImage(picture, 0, 0, width, height);
  const { data } = context.getImageData(0, 0, width, height);
  let text = '';
  for (let at = 0; at < data.length; at += 8192) text += String.fromCharCode(...data.subarray(at, at + 8192));
  return { text: btoa(text), height };
}
