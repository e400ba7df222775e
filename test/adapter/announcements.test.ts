// What `initialize` announces must be there: each announced request is known to the session.
import assert from 'node:assert/strict';
import { createSession } from '../../src/adapter/adapter';
import { DapClient } from '../support/dapClient';

const requests: Readonly<Record<string, string>> = {
  supportsConfigurationDoneRequest: 'configurationDone',
  supportsFunctionBreakpoints: 'setFunctionBreakpoints',
  supportsDataBreakpoints: 'dataBreakpointInfo',
  supportsInstructionBreakpoints: 'setInstructionBreakpoints',
  supportsExceptionInfoRequest: 'exceptionInfo',
  supportsBreakpointLocationsRequest: 'breakpointLocations',
  supportsSetVariable: 'setVariable',
  supportsSetExpression: 'setExpression',
  supportsCompletionsRequest: 'completions',
  supportsStepInTargetsRequest: 'stepInTargets',
  supportsGotoTargetsRequest: 'gotoTargets',
  supportsReadMemoryRequest: 'readMemory',
  supportsWriteMemoryRequest: 'writeMemory',
  supportsDisassembleRequest: 'disassemble',
  supportsModulesRequest: 'modules',
  supportsLoadedSourcesRequest: 'loadedSources',
  supportsRestartRequest: 'restart',
  supportsTerminateRequest: 'terminate',
  supportsCancelRequest: 'cancel',
  supportsStepBack: 'stepBack',
  supportsRestartFrame: 'restartFrame',
  supportsTerminateThreadsRequest: 'terminateThreads',
};

describe('what initialize announces', () => {
  it('is there', async () => {
    const client = DapClient.inProcess((input, output) => createSession().serve(input, output));
    const capabilities = await client.request('initialize', { adapterID: 'openocd' });
    for (const [capability, command] of Object.entries(requests)) {
      if (capabilities[capability as keyof typeof capabilities] !== true) continue;
      const response = await client.send(command, {});
      assert.doesNotMatch(response.message ?? '', /is not known/, command);
    }
    assert.equal(capabilities.supportsDisassembleRequest, true);
    assert.equal(capabilities.supportsStepBack, undefined);
    assert.equal(capabilities.supportsANSIStyling, true);
  });
});
