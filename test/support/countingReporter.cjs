// @ts-nocheck: Mocha ships no types for writing reporters in plain JavaScript.
// Mocha's spec reporter that also keeps the file named by TEST_COUNTS up to date: how many passed, failed and were skipped, which
// failed and why, which test runs now and which files have reported, so that a run that is killed can still be told about.
const fs = require('node:fs');
const path = require('node:path');
const Mocha = require('mocha');

module.exports = class extends Mocha.reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const counts = { passed: 0, failed: 0, skipped: 0, failures: [], files: [], running: undefined, ended: false };
    const write = () => {
      if (process.env.TEST_COUNTS) fs.writeFileSync(process.env.TEST_COUNTS, JSON.stringify(counts));
    };
    const note = (test) => {
      const file = test.file && path.relative(process.cwd(), test.file);
      if (file && !counts.files.includes(file)) counts.files.push(file);
      return file;
    };
    runner.on('test', (test) => {
      note(test);
      counts.running = test.fullTitle();
      write();
    });
    runner.on('pass', () => counts.passed++);
    runner.on('pending', (test) => {
      note(test);
      counts.skipped++;
    });
    runner.on('fail', (test, error) => {
      const message = String(error?.message ?? error).split('\n')[0];
      counts.failures.push({ title: test.fullTitle(), file: note(test), message });
      counts.failed++;
      write();
    });
    runner.on('end', () => {
      counts.running = undefined;
      counts.ended = true;
      write();
    });
  }
};
