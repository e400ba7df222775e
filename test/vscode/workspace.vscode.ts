// Runs suites/workspace.suite.ts in a real VS Code.
import { describeInHost } from './inHost';

describeInHost('VS Code: workspace', { only: 'workspace' });
