// Quick fixes for what the checks found, and the lens that starts a board with the file.
import {
  type CodeAction,
  CodeActionKind,
  type CodeLens,
  type Diagnostic,
  DiagnosticSeverity,
  DiagnosticTag,
} from 'vscode-languageserver';
import type { Finding } from '../diagnostics/finding';
import type { Source } from '../model/source';
import { rangeOf, type View } from './view';

const severities = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
} as const;

export function toDiagnostic(source: Source, finding: Finding): Diagnostic {
  return {
    range: rangeOf(source, finding.start, finding.end),
    severity: severities[finding.severity],
    code: finding.code,
    source: 'openocd',
    message: finding.message,
    ...(finding.deprecated ? { tags: [DiagnosticTag.Deprecated] } : {}),
  };
}

/** The fixes of the findings that touch the offsets. */
export function codeActions(source: Source, findings: readonly Finding[], start: number, end: number): CodeAction[] {
  return findings
    .filter((finding) => finding.start <= end && finding.end >= start)
    .flatMap((finding) =>
      finding.fixes.map((fix) => ({
        title: fix.title,
        kind: CodeActionKind.QuickFix,
        diagnostics: [toDiagnostic(source, finding)],
        isPreferred: fix.preferred,
        edit: {
          changes: {
            [source.uri]: fix.changes.map((change) => ({
              range: rangeOf(source, change.start, change.end),
              newText: change.text,
            })),
          },
        },
      })),
    );
}

/**
 * *Run with this configuration*, above a file that by itself, with what it sources, names an adapter. Without a target OpenOCD
 * starts as well, and tells what it finds on the scan chain; then the lens says so.
 */
export function codeLenses(view: View): CodeLens[] {
  const sources = view.project.reachable(view.source);
  const calls = sources.flatMap((source) => source.items.flatMap((item) => item.facts.calls));
  const hasAdapter = calls.some(
    ({ values }) => (values[0] === 'adapter' && values[1] === 'driver') || values[0] === 'interface',
  );
  if (!hasAdapter) return [];
  const hasTarget = calls.some(({ values }) => values[0] === 'target' && values[1] === 'create');
  const start = { line: 0, character: 0 };
  const command = {
    title: hasTarget ? '$(play) Run with this configuration' : '$(play) Run with this configuration (it has no target)',
    command: 'openocd.startBoardWithFile',
    arguments: [view.source.uri],
  };
  return [{ range: { start, end: start }, command }];
}
