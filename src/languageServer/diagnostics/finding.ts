// What a check reports: a place in one file, what is wrong there, and edits that would mend it. Free of LSP types, so that the
// checks can be read and tested by themselves.
import type { CommandCatalog } from '../knowledge/catalog';
import type { CreatedObject, ProcedureDefinition } from '../model/facts';
import type { Found, Project } from '../model/project';
import type { Source } from '../model/source';

export type Severity = 'error' | 'warning' | 'information' | 'hint';

export interface TextChange {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export interface Fix {
  readonly title: string;
  readonly changes: readonly TextChange[];
  /** The one obvious remedy. */
  readonly preferred: boolean;
}

/** Offsets count from the start of the file. */
export interface Finding {
  readonly code: string;
  readonly severity: Severity;
  readonly start: number;
  readonly end: number;
  readonly message: string;
  readonly deprecated?: true;
  readonly fixes: readonly Fix[];
}

/** What the checks of one file look at. */
export interface Examined {
  readonly source: Source;
  /** The file and what it sources. */
  readonly sources: readonly Source[];
  /** Something that is sourced is not known, so that what seems missing may be there. */
  readonly unknownSources: boolean;
  readonly procedures: ReadonlyMap<string, readonly Found<ProcedureDefinition>[]>;
  readonly objects: readonly Found<CreatedObject>[];
  readonly catalog: CommandCatalog;
  readonly project: Project;
}
