// @ts-nocheck: Mocha ships no types for writing reporters in plain JavaScript.
// Mocha's spec reporter that also writes {passed, failed, skipped} to the file named by TEST_COUNTS.
const fs = require('node:fs');
const Mocha = require('mocha');

module.exports = class extends Mocha.reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const counts = { passed: 0, failed: 0, skipped: 0 };
    runner.on('pass', () => counts.passed++);
    runner.on('fail', () => counts.failed++);
    runner.on('pending', () => counts.skipped++);
    runner.on('end', () => {
      if (process.env.TEST_COUNTS) fs.writeFileSync(process.env.TEST_COUNTS, JSON.stringify(counts));
    });
  }
};
