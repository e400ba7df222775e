// What a client may tell the server: as initialization options, and later as the section `openocd` of its configuration.
export interface Settings {
  /** The OpenOCD to ask, a path or a name on PATH (`openocd.path`). */
  readonly path: string;
  /** What OpenOCD gets with `-s` (`openocd.searchDirs`). */
  readonly searchDirs: readonly string[];
  /** `openocd.language.diagnostics` */
  readonly diagnostics: boolean;
}

export const defaultSettings: Settings = { path: 'openocd', searchDirs: [], diagnostics: true };

export interface InitializationOptions extends Settings {
  /** False in a workspace that the user does not trust: no program is started, the built-in list of commands serves. */
  readonly trusted: boolean;
  /** Where the commands of an installed OpenOCD are kept between sessions. */
  readonly cacheFolder: string | undefined;
  /** The client has the command `openocd.startBoardWithFile`, so that a lens may offer it. */
  readonly canStartBoard: boolean;
}

/** Reads settings as far as they have the right types; the rest keeps what it was. An empty path means OpenOCD on PATH. */
export function readSettings(value: unknown, defaults: Settings = defaultSettings): Settings {
  const given = asRecord(value);
  const language = asRecord(given['language']);
  const searchDirs = given['searchDirs'];
  const path = given['path'];
  const diagnostics = language['diagnostics'] ?? given['diagnostics'];
  return {
    path: typeof path === 'string' ? path.trim() || defaultSettings.path : defaults.path,
    searchDirs: Array.isArray(searchDirs)
      ? searchDirs.filter((folder): folder is string => typeof folder === 'string')
      : defaults.searchDirs,
    diagnostics: typeof diagnostics === 'boolean' ? diagnostics : defaults.diagnostics,
  };
}

export function readInitializationOptions(value: unknown): InitializationOptions {
  const given = asRecord(value);
  const cacheFolder = given['cacheFolder'];
  return {
    ...readSettings(value),
    trusted: given['trusted'] !== false,
    cacheFolder: typeof cacheFolder === 'string' ? cacheFolder : undefined,
    canStartBoard: given['canStartBoard'] === true,
  };
}

const asRecord = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
