// Runs suites/debug.suite.ts in a real VS Code.
import { describeInHost } from './inHost';

describeInHost('VS Code: debug', { only: 'debug' });
