// Scripts that OpenOCD after 0.12 has under other names: its `find` tries these when there is no file of the name asked for
// (OpenOCD src/helper/startup.tcl), and file_renaming.cfg among its scripts holds what no rule covers.

/** File among the scripts of the versions that do so. */
export const RENAMING_FILE = 'file_renaming.cfg';

const vendors = ['gigadevice', 'nordic', 'sifive', 'st', 'ti'];

/** Old name → new name, from the text of the file: a Tcl dictionary with one pair a line. */
export function readRenaming(text: string): ReadonlyMap<string, string> {
  const pairs = [...text.matchAll(/^\s+(\S+\.cfg)\s+(\S+\.cfg)\s*$/gm)];
  return new Map(pairs.map(([, from = '', to = '']) => [from, to]));
}

/** What `find` tries after the name itself, in its order. */
export function laterNames(name: string, renaming: ReadonlyMap<string, string>): readonly string[] {
  const inFolder = name.replace(/\/([^/_-]*)[_-]([^/]*)$/, '/$1/$2');
  const ofVendors = vendors.flatMap((vendor) => {
    const own = name.replace(/\/([^/]*)$/, `/${vendor}/$1`);
    return [own, dashed(own)];
  });
  const [, folder = '', script = ''] =
    /^(.*\/|)((?:board|chip|cpld|cpu|fpga|interface|target|test|tools)\/.*\.cfg)$/.exec(name) ?? [];
  const renamed = renaming.get(script);
  return [inFolder, dashed(inFolder), ...ofVendors, ...(renamed === undefined ? [] : [folder + renamed])];
}

/** Two underscores of the last part, not more. */
function dashed(name: string): string {
  const once = (text: string) => text.replace(/\/([^/_]*)_([^/]*)$/, '/$1-$2');
  return once(once(name));
}
