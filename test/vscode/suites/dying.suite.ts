// A suite that ends the extension host in its middle, to see that nobody takes that for success (hosts.vscode.ts).
describe('dying', () => {
  it('begins well', () => undefined);
  it('does not end', () => {
    process.kill(process.pid, 'SIGKILL');
    return new Promise(() => undefined);
  });
});
