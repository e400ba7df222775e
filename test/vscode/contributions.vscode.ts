// Runs suites/contributions.suite.ts in a real VS Code.
import path from 'node:path';
import { describeInHost } from './inHost';

describeInHost('VS Code: contributions', { only: 'contributions', beside: [path.join(__dirname, 'companions')] });
