// Compares a screenshot with the one kept in test/vscode/golden, loosely: fonts differ between machines, layouts should not.
import fs from 'node:fs';
import path from 'node:path';
import { root } from '../../../src/dev/setup.mjs';

const folder = path.join(root, 'test/vscode/golden');

/** Both pictures are shrunk by this factor before they are compared, which evens out the shapes of letters. */
const SHRINK = 8;
/** A shrunk pixel counts as different from this difference of a colour channel on, of 255. */
const CHANNEL = 48;

/**
 * @param {import('playwright-core').Page} page any page: its canvas decodes the pictures
 * @param {string} name of the golden file
 * @param {Buffer} picture PNG
 * @returns {Promise<number>} the share of the picture that differs, 0 … 1. Without a golden file, or with UPDATE_GOLDEN=1, it is written.
 */
export async function differenceFromGolden(page, name, picture) {
  const file = path.join(folder, `${name}.png`);
  if (!fs.existsSync(file) || process.env['UPDATE_GOLDEN'] === '1') {
    fs.mkdirSync(folder, { recursive: true });
    fs.writeFileSync(file, picture);
  }
  const blank = await page.context().newPage();
  try {
    const pictures = [fs.readFileSync(file), picture].map((bytes) => bytes.toString('base64'));
    return await blank.evaluate(compare, { pictures, shrink: SHRINK, channel: CHANNEL });
  } finally {
    await blank.close();
  }
}

/** Runs in the browser. @param {{ pictures: string[], shrink: number, channel: number }} options */
async function compare({ pictures, shrink, channel }) {
  // The types of this file are Node's; the browser has more.
  const browser = /** @type {any} */ (globalThis);
  const decoded = await Promise.all(
    pictures.map(async (text) => {
      const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
      return browser.createImageBitmap(new Blob([bytes], { type: 'image/png' }));
    }),
  );
  const [golden, seen] = decoded;
  if (golden === undefined || seen === undefined) throw new Error('two pictures are needed');
  const width = Math.ceil(golden.width / shrink);
  const height = Math.ceil(golden.height / shrink);
  const [one, other] = [golden, seen].map((picture) => {
    const context = new browser.OffscreenCanvas(width, height).getContext('2d');
    if (context === null) throw new Error('no canvas');
    context.imageSmoothingQuality = 'high';
    context.drawImage(picture, 0, 0, width, height);
    return context.getImageData(0, 0, width, height).data;
  });
  if (one === undefined || other === undefined) throw new Error('no pixels');
  let different = 0;
  for (let at = 0; at < one.length; at += 4) {
    const largest = Math.max(...[0, 1, 2].map((c) => Math.abs((one[at + c] ?? 0) - (other[at + c] ?? 0))));
    if (largest >= channel) different++;
  }
  return different / (width * height);
}
