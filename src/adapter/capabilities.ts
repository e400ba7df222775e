// What the adapter can do, as `initialize` announces it. Nothing is announced that is not there.
import type { DebugProtocol } from '@vscode/debugprotocol';
import { type Catch, catches } from '../debugger/live/catches';

export const capabilities: DebugProtocol.Capabilities = {
  supportsConfigurationDoneRequest: true,
  supportsEvaluateForHovers: true,
  supportsSetVariable: true,
  supportsSetExpression: true,
  supportsCompletionsRequest: true,
  completionTriggerCharacters: ['.', '>', ':', '$'],
  supportsValueFormattingOptions: true,
  supportsDelayedStackTraceLoading: true,
  supportsExceptionInfoRequest: true,
  supportsReadMemoryRequest: true,
  supportsDisassembleRequest: true,
  supportsModulesRequest: true,
  supportsLoadedSourcesRequest: true,
  supportsBreakpointLocationsRequest: true,
  supportsCancelRequest: true,
  supportsClipboardContext: true,
  supportsANSIStyling: true,
  supportsTerminateRequest: true,
  supportTerminateDebuggee: true,
  supportSuspendDebuggee: true,
  supportsRestartRequest: true,
  supportsFunctionBreakpoints: true,
  supportsConditionalBreakpoints: true,
  supportsHitConditionalBreakpoints: true,
  supportsLogPoints: true,
  supportsDataBreakpoints: true,
  supportsDataBreakpointBytes: true,
  supportsInstructionBreakpoints: true,
  supportsSteppingGranularity: true,
  supportsStepInTargetsRequest: true,
  supportsGotoTargetsRequest: true,
  supportsWriteMemoryRequest: true,
  supportsSingleThreadExecutionRequests: true,
  breakpointModes: [
    {
      mode: 'auto',
      label: 'Automatic',
      description: 'Software in RAM, hardware in flash',
      appliesTo: ['source', 'instruction'],
    },
    {
      mode: 'hardware',
      label: 'Hardware',
      description: 'A comparator of the core',
      appliesTo: ['source', 'instruction'],
    },
    {
      mode: 'software',
      label: 'Software',
      description: 'An instruction in memory',
      appliesTo: ['source', 'instruction'],
    },
  ],
  exceptionBreakpointFilters: catches.map(filterOf),
};

/** A vector catch as a filter. */
export function filterOf({ id, label, description, isDefault }: Catch): DebugProtocol.ExceptionBreakpointsFilter {
  return { filter: id, label, description, default: isDefault };
}
