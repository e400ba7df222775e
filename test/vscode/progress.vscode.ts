// Runs suites/progress.suite.ts in a real VS Code.
import { describeInHost } from './inHost';

describeInHost('VS Code: progress of long commands', { only: 'progress' });
