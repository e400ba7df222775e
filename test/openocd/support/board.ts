// The simulated board running the counting program, and a session on it, for one test file.
import { Session } from '../../../src/openocd';
import { type BoardOptions, type RunningBoard, startBoard } from '../../support/board';
import { spinner, temporaryFolder } from './firmware';

export interface Bench {
  board: RunningBoard;
  session: Session;
  folder: ReturnType<typeof temporaryFolder>;
}

/** Sets up before and takes down after the tests of the describe block it is called in. */
export function bench(options: BoardOptions = {}): Bench {
  const it = {} as Bench;
  before(async () => {
    it.folder = temporaryFolder();
    it.board = await startBoard({ image: it.folder.write('spinner.bin', spinner()), ...options });
    it.session = await Session.connect({ port: it.board.tclPort });
  });
  after(async () => {
    await it.session?.close();
    await it.board?.stop();
    it.folder?.remove();
  });
  return it;
}
