// Runs suites/board.suite.ts in a real VS Code.
import { describeInHost } from './inHost';

describeInHost('VS Code: board', { only: 'board' });
