// Runs inside the extension host in place of the suite: calls the real one and records that its run() really ended,
// because the workbench reports success when the extension host dies.
const fs = require('node:fs');

exports.run = async () => {
  /** @param {{ ok: boolean, error?: string }} result */
  const record = (result) => fs.writeFileSync(String(process.env['TEST_RESULT']), JSON.stringify(result));
  console.log('[suite started]');
  try {
    await require(String(process.env['TEST_SUITE'])).run();
    record({ ok: true });
  } catch (error) {
    record({ ok: false, error: error instanceof Error ? String(error.stack) : String(error) });
    throw error;
  }
};
