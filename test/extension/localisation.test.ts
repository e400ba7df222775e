// The words for translators are those of the code and of package.json.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { contributes } from '../../package.json';
import { t, useTranslation } from '../../src/extension/texts';

describe('localisation', () => {
  it('keeps its files up to date', () => {
    const script = path.resolve(__dirname, '../../src/dev/localise.mjs');
    const { status, stderr } = spawnSync(process.execPath, [script, '--check'], { encoding: 'utf8' });
    assert.equal(status, 0, stderr);
  });

  it('writes the welcome texts of views without Markdown, of which VS Code takes links alone there', () => {
    const words: Record<string, string> = JSON.parse(
      fs.readFileSync(path.resolve(__dirname, '../../package.nls.json'), 'utf8'),
    );
    const welcome = Object.entries(words).filter(([key]) => key.startsWith('viewsWelcome.'));
    assert.ok(welcome.length >= 5);
    for (const [key, text] of welcome) assert.doesNotMatch(text, /[*`]/, key);
  });

  it('has a description for each attribute of a debug configuration, and each setting', () => {
    const missing: string[] = [];
    const look = (properties: object, at: string) => {
      for (const [name, value] of Object.entries(properties)) {
        if (!('markdownDescription' in value) && !('description' in value)) missing.push(`${at}${name}`);
        for (const part of [value, ...(value.oneOf ?? [])])
          if (part.properties !== undefined) look(part.properties, `${at}${name}.`);
      }
    };
    const { configurationAttributes: attributes } = contributes.debuggers[0] ?? {};
    look(attributes?.launch.properties ?? {}, 'launch ');
    look(attributes?.attach.properties ?? {}, 'attach ');
    look(contributes.configuration.properties, '');
    assert.deepEqual(missing, []);
  });

  it('puts values into texts, and takes another language', () => {
    assert.equal(t('{0} of {1}, {0}', 1, 'two'), '1 of two, 1');
    try {
      useTranslation((message, ...values) => `${message}|${values.join()}`);
      assert.equal(t('{0} peripherals', 3), '{0} peripherals|3');
    } finally {
      useTranslation((message, ...values) =>
        message.replace(/\{(\d+)\}/g, (_, index) => String(values[Number(index)])),
      );
    }
  });
});
