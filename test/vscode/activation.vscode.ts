// Runs suites/activation.suite.ts in a real VS Code.
import { describeInHost } from './inHost';

describeInHost('VS Code: activation', { only: 'activation' });
