// Runs suites/contributions.suite.ts in a real VS Code.
import { describeInHost } from './inHost';

describeInHost('VS Code: contributions', { only: 'contributions' });
